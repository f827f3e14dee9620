import {
  type Carrier,
  CarrierCallError,
  type CarrierFailure,
  UnreadableBodyError,
} from "../connectors/carriers/contract.js";
import { SealError } from "../runtime/sealing.js";
import type { ConnectionRow } from "../store/connections.js";
import { type AskingContext, askCarrier } from "./ask-carrier.js";

/** What came of checking a connection, for a person: what is so, and what to do where it is not well. */
export type ConnectionCheck =
  | { readonly ok: true; readonly sentence: string }
  | {
      readonly ok: false;
      readonly kind: CarrierFailure | "unopenable";
      readonly sentence: string;
      readonly advice: string;
    };

const ADVICE: Readonly<Record<CarrierFailure | "unopenable", string>> = {
  unauthorized:
    "Check the client ID, the secret and that the address belongs to them (sandbox or production); mend them with waybill connections update.",
  rejected:
    "The carrier understood us and said no: check that the account may use its tracking API, and the paths if you changed them.",
  rate_limited: "Wait until then; Waybill does not call this connection meanwhile.",
  unavailable: "Check the address and that this machine can reach it; else the carrier is down: try again later.",
  unreadable: "Something other than the carrier's API answers: check the address, and any proxy in between.",
  unopenable:
    "Put the earlier key into WAYBILL_SECRET_KEYS_OLD, or give all fields again with waybill connections update.",
};

/**
 * Proves a carrier connection by a harmless call: a token, and a question about the carrier's number for that, or the
 * first example of its own number formats. That nobody ever sent such a parcel is a good answer: it proves address, credentials and format.
 */
export async function checkCarrierConnection(
  carrier: Carrier,
  connection: ConnectionRow,
  context: AskingContext,
): Promise<ConnectionCheck> {
  const trackingNumber = carrier.numberFormats[0]?.examples[0] ?? "";
  try {
    const query = carrier.poll?.checkQuery ?? { trackingNumber, carrierUniqueId: null, shipDate: null };
    carrier.poll?.parse(await askCarrier(carrier, connection, query, context));
    return { ok: true, sentence: `${carrier.name} gave a token and answered a tracking request.` };
  } catch (error) {
    if (error instanceof CarrierCallError) return failed(error.kind, withWait(error));
    if (error instanceof UnreadableBodyError) return failed("unreadable", error.message);
    if (error instanceof SealError) return failed("unopenable", error.message);
    throw error;
  }
}

function failed(kind: CarrierFailure | "unopenable", sentence: string): ConnectionCheck {
  return { ok: false, kind, sentence, advice: ADVICE[kind] };
}

function withWait({ message, retryAfterMs }: CarrierCallError): string {
  return retryAfterMs === null ? message : `${message} Next call in ${Math.ceil(retryAfterMs / 1000)} s.`;
}
