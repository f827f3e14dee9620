import type { Credentials } from "../../../runtime/credentials.js";

/**
 * The code of a carrier that EasyPost names: ours where it is one of ours under any of its names, else a slug of the name,
 * `CanadaPost` to `canada_post`. Null when there is no name, or nothing of it can be written in letters and digits.
 */
export function carrierCodeOf(name: string | null): string | null {
  const slug = slugOf(name ?? "");
  if (slug === "") return null;
  // Our `dhl` is all of DHL; EasyPost has a name for each division.
  return slug.startsWith("dhl") ? "dhl" : (OURS.get(slug) ?? slug);
}

/**
 * The name by which EasyPost knows a carrier. Null where that is not known: then EasyPost finds the carrier by the number.
 * Which division our `dhl` is, only the connection's `dhlCarrier` says.
 */
export function easypostNameOf(code: string | null, credentials: Credentials): string | null {
  if (code === null) return null;
  if (code === "dhl") return credentials.dhlCarrier?.trim() || null;
  return names().get(code) ?? null;
}

/**
 * Words of the name in small letters with `_` between them: `RoyalMail` to `royal_mail`, `SFExpress` to `sf_express`, `DPDUK`
 * to `dpduk`. FedEx and DHL are words of their own.
 */
function slugOf(name: string): string {
  return name
    .slice(0, MAX_NAME_CHARS)
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/fed ?ex/gi, "Fedex")
    .replace(/^dhl/i, "Dhl_")
    .replaceAll(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, "$1$3_$2")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "");
}

const MAX_NAME_CHARS = 40;

/** Slugs of EasyPost's names of carriers that we have a code for, with parts of them that go by the same numbers. */
const OURS: ReadonlyMap<string, string> = new Map([
  ["upsdap", "ups"],
  ["ups_sure_post", "ups"],
  ["ups_mail_innovations", "ups"],
  ["fedex_default", "fedex"],
  ["fedex_smart_post", "fedex"],
]);

/** EasyPost's carrier strings (Tracker guide). */
const NAMES =
  "USPS UPS FedEx AmazonMws APC Asendia AsendiaUsa AustraliaPost AxlehireV3 BetterTrucks Bond Cainiao CanadaPost Canpar " +
  "ColumbusLastMile Chronopost CloudSort CourierExpress CouriersPlease DaiPost DeutschePost DeutschePostUK DHLEcommerceAsia " +
  "DhlEcs DHLExpress DPD DPDUK ePostGlobal Estafeta Fastway FedExCrossBorder FedExMailview FedExSameDayCity FirstMile " +
  "Globegistics GSO Hermes InterlinkExpress JPPost KuronekoYamato LaPoste LaserShipV2 LoomisExpress LSO Newgistics OnTrac " +
  "OsmWorldwide Parcelforce PassportGlobal PcfFinalMile PostNL Purolator RoyalMail OmniParcel SFExpress SpeeDee StarTrack " +
  "TForce UDS UPSIparcel Veho Yanwen";

let bySlug: ReadonlyMap<string, string> | undefined;

function names(): ReadonlyMap<string, string> {
  bySlug ??= new Map(NAMES.split(" ").map((name) => [slugOf(name), name]));
  return bySlug;
}
