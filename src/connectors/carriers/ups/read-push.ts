import type { Report } from "../../../domain/report.js";
import { recordAt, textAt } from "../../../runtime/json.js";
import { readPushedProof } from "./delivery-facts.js";
import { readPushedEdd } from "./edd.js";
import { readNumber, readPlace } from "./fields.js";
import { readStatus, scanOf } from "./scan.js";
import { readScanTime } from "./scan-time.js";

/**
 * A push of Track Alert: one number, one activity. Missing values are `""` or left out, and texts, the number among
 * them, come with blanks around them.
 */
export function readPush(push: unknown): Report {
  const trackingNumber = readNumber(push, "trackingNumber");
  if (trackingNumber === null) return { trackings: [], notices: [] };
  const place = readPlace(recordAt(push, "activityLocation"), null);
  const time = readScanTime(
    {
      localDate: textAt(push, "localActivityDate"),
      localTime: textAt(push, "localActivityTime"),
      gmtDate: textAt(push, "gmtActivityDate"),
      gmtTime: textAt(push, "gmtActivityTime"),
      gmtOffset: textAt(push, "gmtOffset"),
    },
    place,
  );
  const scan = scanOf(readStatus(recordAt(push, "activityStatus"), "descriptionCode"), place, time);
  const tracking = {
    carrier: "ups",
    trackingNumber,
    carrierUniqueId: null,
    serviceLevel: null,
    shipDate: null,
    origin: null,
    destination: null,
    scans: scan === null ? [] : [scan],
    edd: readPushedEdd(push),
    proof: readPushedProof(push),
    linkedNumbers: [],
  };
  return { trackings: [tracking], notices: [] };
}
