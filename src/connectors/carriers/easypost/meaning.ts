import type { Meaning } from "../../../domain/scan.js";
import { subStatusRow } from "../../../domain/status.js";
import type { StatusCode } from "../contract.js";
import { EASYPOST_STATUS_CODES } from "./codes.js";

const UNMAPPED: Meaning = { kind: "unmapped" };

/**
 * What a status and its detail mean; `""` where there is none. Beside `in_transit` the detail tells movement from trouble,
 * so one that is not documented leaves the scan unmapped. Every other status says itself what happened, and a detail that
 * is not in the table adds nothing to it.
 */
export function meaningOf(status: string, detail: string, text: string): Meaning {
  const pair = detail === "" ? undefined : codes().get(`${status}/${detail}`);
  if (pair === undefined && status === "in_transit" && detail !== "") return UNMAPPED;
  const row = pair ?? codes().get(status);
  if (row === undefined) return UNMAPPED;
  return row.subStatus === "held" && isAtCustoms(text) ? heldAtCustoms : toMeaning(row);
}

/** EasyPost has one detail for every hold; only the carrier's words say that customs hold the parcel. */
function isAtCustoms(text: string): boolean {
  return /\bcustoms\b/i.test(text) && !/\b(?:clear|releas)/i.test(text);
}

const heldAtCustoms: Meaning = { kind: "status", status: "exception", subStatus: "customs_held" };

function toMeaning({ subStatus, revokesDelivery }: StatusCode): Meaning {
  if (subStatus === "") return { kind: "information" };
  const { status } = subStatusRow(subStatus);
  return { kind: "status", status, subStatus, ...(revokesDelivery && { revokesDelivery }) };
}

let byKey: ReadonlyMap<string, StatusCode> | undefined;

function codes(): ReadonlyMap<string, StatusCode> {
  byKey ??= new Map(EASYPOST_STATUS_CODES.map((row) => [row.key, row]));
  return byKey;
}
