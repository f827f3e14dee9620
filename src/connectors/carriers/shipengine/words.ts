import type { SubStatus } from "../../../domain/status.js";

/** Words of an event's description and the sub-status they stand for; the first that match decide. English only. */
const WORDS: readonly (readonly [RegExp, SubStatus])[] = [
  [/\b(?:will be|to be|being) returned\b/i, "returning_to_sender"],
  [/\bto (?:the )?original sender\b|\breturned to (?:the )?(?:sender|shipper)\b/i, "returned_to_sender"],
  [/\breturn(?:ing)? to (?:the )?(?:sender|shipper)\b|\bunclaimed\b/i, "returning_to_sender"],
  [/\b(?:undeliver|not deliver|no longer out for delivery|unable to deliver)/i, "delivery_attempted"],
  [/\brefused\b/i, "refused"],
  [/^delivered\b.*\b(?:front desk|reception|mail ?room)\b/i, "to_reception"],
  [/^delivered\b.*\bparcel locker\b/i, "parcel_locker"],
  [/^delivered\b.*\bmailbox\b/i, "in_mailbox"],
  [/^delivered\b.*\bneighbou?r\b/i, "to_neighbour"],
  [/^delivered\b.*\b(?:front door|porch|garage|patio|side door|back door)\b/i, "left_in_safe_place"],
  [/^delivered\b.*\b(?:agent|access point|pickup location|pick-?up point)\b/i, "available_for_pickup"],
  [/^delivered\b.*\bpicked up\b/i, "collected"],
  [/^delivered\b/i, "delivered"],
  [/^out for delivery\b|\bon (?:fedex )?vehicle for delivery\b|\bout with (?:the )?courier\b/i, "out_for_delivery"],
  [/\b(?:available|ready) for pick-?up\b|\bready for collection\b/i, "available_for_pickup"],
  [/\bbusiness closed\b/i, "business_closed"],
  [/\bno access\b/i, "access_problem"],
  [/^notice left\b|\bdelivery attempt(?:ed)?\b|\battempted delivery\b/i, "delivery_attempted"],
  [/\b(?:incorrect|insufficient|incomplete) address\b|\bno such number\b|\baddressee unknown\b/i, "address_issue"],
  [/\bdamaged\b/i, "damaged"],
  [/\bweather\b/i, "delayed_weather"],
  [/\bmissent\b|\bmis-?shipped\b|\bmissort(?:ed)?\b/i, "missorted"],
  [/\bheld (?:in|by) customs\b|\bclearance delay\b/i, "customs_held"],
  [/\bcustoms (?:clearance|processing) complete|\bcleared customs\b|\breleased by customs\b/i, "customs_cleared"],
  [/\bcustoms\b|\bclearance in progress\b/i, "customs_processing"],
  [/\bdelay(?:ed)?\b|\brescheduled\b/i, "delayed"],
  [
    /\bcreated a label\b|\blabel (?:created|has been (?:created|prepared))\b|\bpre-shipment\b|\bawaiting (?:item|pickup)\b|\b(?:electronic )?ship(?:ping|ment) info(?:rmation)? (?:received|sent)\b|\border processed: ready\b/i,
    "label_created",
  ],
  [/^(?:accepted|acceptance|picked up|origin scan|usps in possession|drop-?off)\b/i, "picked_up"],
  [/^arriv(?:ed|al)\b/i, "arrived"],
  [/^depart(?:ed|ure)\b|^left\b/i, "departed"],
  [/^in transit\b|^on the way\b/i, "moving"],
];

/** What the words of a description say; null where we do not read them. */
export function readWords(text: string): SubStatus | null {
  return WORDS.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}
