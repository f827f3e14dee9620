import type { EddSource } from "../edd.js";
import type { EddClaim } from "../report.js";
import type { ScanTime } from "../scan.js";
import type { SubStatus } from "../status.js";

/** An estimate that is to be shown, with who stands behind it. */
export interface ShownEdd extends EddClaim {
  readonly source: EddSource;
}

/** What is known of a parcel when its state is put into words. Null is "not known", and no sentence fills it in. */
export interface ParcelFacts {
  /** Null before any mapped scan: told as `label_created`, like everywhere else. */
  readonly subStatus: SubStatus | null;
  /** The carrier's name as shoppers know it (`FedEx`). */
  readonly carrierName: string;
  /** The estimate to show, or null: `chooseEdd` has left out what is past. */
  readonly edd: ShownEdd | null;
  /** The date that stood before, to be named beside a new one. */
  readonly previousEdd: EddClaim | null;
  /** When the scan that gave the state happened, or null without one. */
  readonly at: ScanTime | null;
  /** The city of that scan. */
  readonly city: string | null;
  /** `YYYY-MM-DD` at the destination, or null where its zone is not known: then nothing is called "today". */
  readonly today: string | null;
}
