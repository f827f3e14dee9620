import type { Meaning } from "../../../domain/scan.js";
import type { StatusCode } from "../contract.js";
import { WREN_STATUS_CODES } from "./codes.js";

const CODES: ReadonlyMap<string, StatusCode> = new Map(WREN_STATUS_CODES.map((code) => [code.key, code]));

/** What an event means: its code, which a known detail sharpens. A code that is not known is unmapped, whatever its detail. */
export function meaningOf(code: string, detail: string | null): Meaning {
  const plain = CODES.get(code);
  const row = plain && ((detail === null ? undefined : CODES.get(`${code}/${detail}`)) ?? plain);
  if (row === undefined) return { kind: "unmapped" };
  const { status, subStatus, revokesDelivery, cancelsReturn } = row;
  if (status === "information" || subStatus === "") return { kind: "information" };
  return {
    kind: "status",
    status,
    subStatus,
    ...(revokesDelivery && { revokesDelivery }),
    ...(cancelsReturn && { cancelsReturn }),
  };
}
