import type { SubStatus } from "../../../domain/status.js";

/** Words and the sub-status they stand for; the first that match decide. USPS answers in English only. */
export type Words = readonly (readonly [RegExp, SubStatus | "information"])[];

/** Where a delivery went, in the words behind `Delivered,`. A delivery to the sender is none to the shopper. */
export const DELIVERY_WORDS: Words = [
  [/\boriginal sender\b|\breturned to sender\b/i, "returned_to_sender"],
  [/\bto (?:an )?agent\b|\bagent for final delivery\b/i, "handed_to_partner"],
  [/\bparcel locker\b/i, "parcel_locker"],
  [/\bmailbox\b/i, "in_mailbox"],
  [/\bneighbou?r\b/i, "to_neighbour"],
  [/\bfront desk\b|\breception\b|\bmail ?room\b/i, "to_reception"],
  [/\bfront door\b|\bporch\b|\bgarage\b|\bpatio\b|\bside door\b|\bback door\b|\bother door\b/i, "left_in_safe_place"],
  [/\bpicked up at\b|\bindividual picked up\b/i, "collected"],
];

/** Code 10 and its like cover every scan in a facility. */
export const MOVEMENT_WORDS: Words = [
  [/^accepted?\b/i, "picked_up"],
  [/^arriv(?:ed|al)\b/i, "arrived"],
  [/^depart(?:ed)?\b/i, "departed"],
];

/** Code 02 is a notice left for any reason. */
export const ATTEMPT_WORDS: Words = [
  [/\bbusiness closed\b/i, "business_closed"],
  [/\bno access\b|\bblocked\b/i, "access_problem"],
];

export const PICKUP_WORDS: Words = [[/\breminder\b/i, "pickup_reminder"]];

/** For an event that came without any code. What is not here stays unmapped. */
export const CODELESS_WORDS: Words = [
  [/\breturn(?:ing)? to sender\b|\bunclaimed\b|\bbeing returned\b/i, "returning_to_sender"],
  [/\boriginal sender\b|\breturned to sender\b/i, "returned_to_sender"],
  [/\bagent for final delivery\b/i, "handed_to_partner"],
  [/^delivered\b/i, "delivered"],
  [/^out for delivery\b/i, "out_for_delivery"],
  [/^in transit(?: to next facility\b|, arriving\b)/i, "information"],
  [/\breminder to pick up\b/i, "pickup_reminder"],
  [/\bbusiness closed\b/i, "business_closed"],
  [/\bno access\b/i, "access_problem"],
  [/^notice left\b|\battempted\b|\breminder to schedule redelivery\b/i, "delivery_attempted"],
  [/\bavailable for pickup\b|\bheld at post office\b|\bready for pickup\b/i, "available_for_pickup"],
  [/\brefused\b/i, "refused"],
  [
    /\binsufficient address\b|\bno such number\b|\bmoved, left no address\b|\bvacant\b|\baddressee unknown\b|\bforward expired\b|\bundeliverable\b/i,
    "address_issue",
  ],
  [/\bdead mail\b|\bmail recovery cent/i, "lost"],
  [/\bweather\b/i, "delayed_weather"],
  [/\bmissent\b|\bmis-?shipped\b/i, "missorted"],
  [/\brescheduled\b|\bdelayed\b/i, "delayed"],
  [/\bheld in customs\b/i, "customs_held"],
  [/\binto customs\b/i, "customs_processing"],
  [/\bout of customs\b|\bcustoms clearance complete/i, "customs_cleared"],
  [/\blabel created\b|\bpre-shipment\b|\bawaiting item\b|\belectronic shipping info\b/i, "label_created"],
  [/^accept(?:ed|ance)\b|\bin possession of item\b/i, "picked_up"],
  [/^arriv(?:ed|al)\b/i, "arrived"],
  [/^depart(?:ed)?\b/i, "departed"],
];
