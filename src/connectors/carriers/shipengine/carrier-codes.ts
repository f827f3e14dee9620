import type { Credentials } from "../../../runtime/credentials.js";
import { settingOf } from "./credentials.js";

/** What ShipEngine calls carriers that have another code here. A connection may set its own. */
const USUAL_CODES: ReadonlyMap<string, string> = new Map([
  ["dhl", "dhl_express"],
  // USPS through ShipEngine's own account; answers then say `usps`.
  ["usps", "stamps_com"],
]);

/** ShipEngine's several names of one carrier, as it says them back. Others are taken as they are. */
const OUR_CODES: ReadonlyMap<string, string> = new Map([
  ["stamps_com", "usps"],
  ["endicia", "usps"],
  ["dhl_express", "dhl"],
  ["dhl_express_australia", "dhl"],
  ["dhl_express_canada", "dhl"],
  ["dhl_express_uk", "dhl"],
  ["dhl_ecommerce", "dhl"],
  ["dhl_global_mail", "dhl"],
  ["fedex_uk", "fedex"],
  ["ups_walleted", "ups"],
]);

const CARRIER_CODE = /^[a-z0-9]+(?:_[a-z0-9]+)*$/;
const MAX_CODE_CHARS = 60;

/** The `carrier_code` to ask ShipEngine with; null where nobody knows whose number it is, or the code is none. */
export function toCarrierCode(carrier: string | null | undefined, credentials: Credentials): string | null {
  // A parcel of which ShipEngine did not say the carrier is filed under ShipEngine itself.
  if (carrier === null || carrier === undefined || carrier === "shipengine") return null;
  const own = settingOf(credentials, "carrierCodes")
    .split(/[,;\s]+/)
    .map((pair) => pair.split("="))
    .find(([ours]) => ours === carrier)?.[1];
  return readCode(own ?? USUAL_CODES.get(carrier) ?? carrier.replaceAll("-", "_"));
}

/** Our code of the carrier that ShipEngine names; null when it names none. */
export function fromCarrierCode(said: string | null): string | null {
  const code = readCode(said?.toLowerCase() ?? "");
  return code === null ? null : (OUR_CODES.get(code) ?? code);
}

function readCode(text: string): string | null {
  return text.length <= MAX_CODE_CHARS && CARRIER_CODE.test(text) ? text : null;
}
