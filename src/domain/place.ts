/** Where something happened, as far as the carrier said. City level at most reaches a shopper. */
export interface Place {
  readonly city: string | null;
  /** State, province or region, as the carrier writes it (`TN`, `Bavaria`). */
  readonly region: string | null;
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country: string | null;
  readonly postalCode: string | null;
  /** The carrier's own code of the building. */
  readonly facilityCode: string | null;
}
