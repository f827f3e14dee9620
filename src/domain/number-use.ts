import { isTerminal, type SubStatus } from "./status.js";

/** A use of a number that nobody scanned for this long gives its number free: carriers recycle numbers. */
export const SILENT_USE_MS = 90 * 86_400_000;

/** A use of a number, as far as it matters whether the number may be used again. */
export interface NumberInUse {
  readonly subStatus: SubStatus | null;
  readonly lastScanAt: Date | null;
  readonly createdAt: Date;
  readonly voidedAt: Date | null;
  readonly replaced: boolean;
}

/** Whether a use has ended, or has been silent for 90 days, so that its number may be another parcel's. */
export function isUseOver(use: NumberInUse, nowMs: number): boolean {
  if (use.voidedAt !== null || use.replaced) return true;
  if (use.subStatus !== null && isTerminal(use.subStatus)) return true;
  return nowMs - (use.lastScanAt ?? use.createdAt).getTime() > SILENT_USE_MS;
}
