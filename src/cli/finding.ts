/** One line of `waybill doctor`: what was looked at, how it is, and what to do where it is not well. */
export interface Finding {
  readonly check: string;
  readonly level: "ok" | "warn" | "fail";
  readonly sentence: string;
  /** What programs want of it in numbers. */
  readonly figures?: Readonly<Record<string, number | null>>;
}
