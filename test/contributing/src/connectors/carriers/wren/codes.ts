import { type SubStatus, subStatusRow } from "../../../domain/status.js";
import type { StatusCode } from "../contract.js";

/** What the tables of codes are, for readers of the published list. */
export const WREN_CODE_TABLES: Readonly<Record<string, string>> = {
  "": "`code` of an event, and `code/detail` where the detail says more. A detail that is not here adds nothing to its code.",
};

/** Wren's event codes (Parcel API, event list), in the order in which a parcel meets them. */
export const WREN_STATUS_CODES: readonly StatusCode[] = [
  code("REG", "label_created"),
  code("COL", "picked_up"),
  code("HUB", "arrived"),
  code("DEP", "departed"),
  code("LOC", "at_destination_facility"),
  code("OUT", "out_for_delivery"),
  code("DLV", "delivered"),
  code("DLV/SAFE", "left_in_safe_place"),
  code("DLV/NEIGHBOUR", "to_neighbour"),
  code("ATT", "recipient_unavailable"),
  code("ATT/NO_ACCESS", "access_problem"),
  code("HLD", "held"),
  code("REF", "refused", { revokesDelivery: true }),
  code("DMG", "damaged", { revokesDelivery: true }),
  code("RTS", "returning_to_sender", { revokesDelivery: true }),
  code("RTD", "returned_to_sender", { revokesDelivery: true }),
  // The sender called it off in time, and the parcel goes to the recipient after all.
  code("FWD", "moving", { cancelsReturn: true }),
  // A new delivery date is no step of the parcel.
  { key: "EDD", status: "information", subStatus: "" },
];

function code(
  key: string,
  subStatus: SubStatus,
  marks: Pick<StatusCode, "revokesDelivery" | "cancelsReturn"> = {},
): StatusCode {
  return { key, status: subStatusRow(subStatus).status, subStatus, ...marks };
}
