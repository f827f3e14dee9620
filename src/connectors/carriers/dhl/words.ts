import type { SubStatus } from "../../../domain/status.js";

/**
 * What a text says, read only where a division sends no code: the sub-status of the first rule that fits, or null. Texts
 * are English, as the request asks for them, or German, which Parcel DE writes to those who do not ask.
 * @param text folded by `foldText`
 */
export function readWords(text: string): SubStatus | null {
  return RULES.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

/** Lower case, on one line, without underscores and closing punctuation: `OUT_FOR_DELIVERY.` is `out for delivery`. */
export function foldText(text: string): string {
  return text
    .slice(0, MAX_WORDS_CHARS)
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[_\s]+/gu, " ")
    .trim()
    .replace(/[.!,;:\s]{1,20}$/u, "");
}

/** No sentence of DHL's is longer, and every rule below is tried on it. */
const MAX_WORDS_CHARS = 300;

/** Whether a text tells of papers, money or data only, so that the parcel does not move by it, "delivered" or not. */
export function isPaperwork(text: string): boolean {
  return PAPERWORK.test(text);
}

const PAPERWORK =
  /\bpaper pod\b|\bproof of delivery\b|\bcod amount\b|\bmoney transfer\b|\bdelivery status not updated\b|\breturn label\b|\bcustomer alert\b|\breturn pick-? ?up\b|\bdn (?:send|received)\b|\bnotified\b.*\bdelivery details\b/;

/** In order: what went wrong before what went well, since "not delivered" also holds "delivered". */
const RULES: readonly (readonly [RegExp, SubStatus])[] = [
  // Before anything else, words that only look like trouble.
  [/\bpayment (?:has been |was )?received\b/, "customs_processing"],
  [/\bno electronic data\b/, "picked_up"],
  [/\bapproaching pick-? ?up\b|\bpick-? ?up rescheduled\b/, "pickup_scheduled"],
  [/\bout for second delivery\b/, "out_for_delivery"],
  [/\bdelivery attempt successful\b/, "delivered"],
  [/\breleased from hold\b/, "moving"],
  [/\breceived back at\b/, "arrived"],
  [/\breturned for re-?delivery\b/, "delivery_attempted"],
  [/\bcancell?(?:ed|ation)\b|\bstorniert\b/, "cancelled"],

  [
    /\b(?:will be|to be|being) (?:returned|sent back)\b|\breturning to\b|\bwird .*zurück(?:gesandt|geschickt)\b/,
    "returning_to_sender",
  ],
  [
    /\breturned to (?:the )?(?:sender|shipper|consignor|customer)\b|\bdelivered (?:back )?(?:to|at) the (?:business )?(?:sender|shipper)\b|\breturns? delivered\b|\ban den absender zugestellt\b/,
    "returned_to_sender",
  ],
  [
    /\breturn(?:s|ed)?\b|\bsent back\b|\bunclaimed\b|\brücksendung\b|\b(?:an den|zum) absender\b/,
    "returning_to_sender",
  ],
  [/\bdestroyed\b|\bdispos(?:ed|al)\b/, "disposed"],
  [/\bdamaged?\b|\bbeschädigt\b/, "damaged"],
  [/\brefus(?:ed|al)\b|\brejected\b|\bannahme verweigert\b|\bverweigert\b/, "refused"],
  [/\bmissing (?:documents?|paperwork|information)\b|\bdocuments? (?:is |are )?missing\b/, "customs_documents_missing"],
  [/\bcannot be shipped\b/, "not_permitted"],
  [/\blost\b|\breported missing\b|\bdead letter\b/, "lost"],

  [
    /\b(?:no ?one|nobody|not) (?:at )?home\b|\b(?:recipient|consignee|receiver)\b.*\b(?:absent|not (?:available|present))\b|\b(?:recipient|consignee|receiver) on holiday\b|\bniemand(?:en)?\b/,
    "recipient_unavailable",
  ],
  [/\bclosed\b|\bgeschlossen\b/, "business_closed"],
  [
    /\b(?:incorrect|insufficient|incomplete|wrong|bad|invalid|unknown) (?:delivery )?address\b|\baddress(?:ee)? (?:is )?(?:unknown|incorrect|incomplete)\b|\bchange of address\b|\baddress information needed\b|\bforward expired\b|\bdeceased\b|\bmoved\b|\bvacant\b|\bno such number\b|\badresse\b.*\b(?:falsch|unvollständig|unbekannt)\b/,
    "address_issue",
  ],
  [/\bno access\b/, "access_problem"],
  [/\bunsuccessful (?:collection|pick-?up)\b|\bpick-?up not successful\b/, "pickup_failed"],
  [/\bcould not be picked up\b/, "problem"],
  [
    /\bnotice left\b|\bcard left\b|\b(?:un)?(?:successful )?delivery attempt(?:ed)?\b|\battempted delivery\b|\b(?:re-?)?delivery attempt\b|\bunable to\b|\bcould ?n[o']t be handed over\b|\bhand-?over\b.*\bfailed\b|\bdelivery\b.*\bfailed\b|\bcould ?n[o']t be delivered\b|\bnot (?:be |been )?(?:successfully )?delivered\b|\bdelivery (?:was |is )?(?:not (?:possible|successful)|unsuccessful|failed)\b|\bnicht zugestellt\b|\bnicht erfolgreich\b/,
    "delivery_attempted",
  ],
  [/\bundeliver(?:able|ed)\b|\buncontactable\b|\bcontact (?:local )?customer service\b|\babandoned\b/, "problem"],
  [/\breschedul(?:ed|ing)\b.*\brequest/, "rescheduled"],
  [
    /\bredirected\b|\b(?:shipment|delivery) (?:data|information) (?:is |has been )?(?:updated|edited|changed)\b|\brequested (?:changes|later|another)\b|\brecipient's request\b/,
    "delivery_change",
  ],

  [
    /\bpicked up by (?:the )?(?:consignee|recipient|receiver|customer)\b|\bcollected by (?:the )?(?:consignee|recipient|receiver|customer)\b|\bvom empfänger\b.*\babgeholt\b/,
    "collected",
  ],
  [
    /\b(?:awaiting|ready for|available for) (?:customer |consignee |recipient )?(?:collection|pick-?up)\b|\bhanded over to the (?:access ?point|parcel ?shop|parcel ?station|post ?office|service ?point)\b|\barriv(?:ed|al) (?:at )?(?:the )?(?:pick-?up[ -]point|service ?point)\b|\bdelivered to (?:the )?pick-?up[ -](?:location|point)\b|\bliegt\b.*\b(?:abholung|abgeholt)\b|\b(?:filiale|packstation)\b.*\babgeholt werden\b|\bready (?:in|at) (?:the )?pick-?up\b|\babholbereit\b/,
    "available_for_pickup",
  ],
  [
    /\bdelivered to agent\b|\btendered to\b|\bhand(?:ed)? ?over to (?:a |the )?(?:partner|local|third)\b|\bfor final delivery\b|\bforwarded to (?:a |the )?(?:third party|delivery agent|local post)/,
    "handed_to_partner",
  ],

  [
    /\bout for (?:second )?delivery\b|\bwith (?:the )?(?:delivery |delivering )?courier\b|\bloaded (?:in)?(?:on)?to (?:the )?(?:delivery )?(?:vehicle|van)\b|\ben ?route to delivery location\b|^in delivery\b|\bzustellfahrzeug\b|\bin zustellung\b/,
    "out_for_delivery",
  ],
  [/\bnext stop\b/, "arriving_soon"],
  [/\bdelivered on another day\b/, "delayed"],
  [
    /\b(?:available|ready|scheduled|planned|prepared) (?:for|to be) deliver(?:y|ed)\b|\bdelivery (?:is )?(?:planned|scheduled|expected)\b|\bwill be delivered\b/,
    "moving",
  ],

  [/\bdelivered\b.*\bneighbou?rs?\b|\bnachbarn?\b.*\bzugestellt\b/, "to_neighbour"],
  [/\bdelivered\b.*\bmail ?box\b|\bbriefkasten\b.*\b(?:zugestellt|eingelegt)\b/, "in_mailbox"],
  [/\bdelivered\b.*\b(?:parcel locker|packstation)\b/, "parcel_locker"],
  [
    /\bdelivered\b.*\b(?:safe place|porch|(?:front|back|side|garage) door|garage|car ?port)\b|\bablageort\b.*\bzugestellt\b/,
    "left_in_safe_place",
  ],
  [/\bdelivered\b.*\b(?:reception|concierge|front desk|mail ?room)\b/, "to_reception"],
  [/\bdelivered\b|\bdelivery successful\b|\bsuccessful delivery\b|\bzugestellt\b/, "delivered"],

  [
    /\bclearance processing complete\b|\bcleared\b|\breleased (?:by|from) customs\b|\bverzollung abgeschlossen\b/,
    "customs_cleared",
  ],
  [/\b(?:held|hold) (?:at|by|in) customs\b|\b(?:clearance|customs) delay\b|\bclearance not possible\b/, "customs_held"],
  [/\bdut(?:y|ies)\b.*\b(?:await|due|required|unpaid|not collected)/, "customs_duties_due"],
  [/\bcustoms\b|\bclearance\b|\bzoll\b/, "customs_processing"],
  [/\bheld for payment\b|\bcontacted for payment\b|\bcod not ready\b|\bawaiting payment\b/, "payment_due"],
  [/\bweather\b/, "delayed_weather"],
  [/\b(?:on|is) hold\b|\bheld\b/, "held"],
  [/\bmis-?(?:sent|sorted|sort|routed|shipped)\b/, "missorted"],
  [/\bdelay(?:ed)?\b|\breschedul(?:ed|ing)\b|\bzurückgestellt\b|\bverzögert\b|\bverspätet\b/, "delayed"],

  [
    /\blabel (?:has been |was )?created\b|\belectronic(?:ally)?\b.*\b(?:data|info(?:rmation)?|advi[cs]e|announced)\b|\bdata (?:submitted|received)\b|\bpre-?advi[cs]e\b|^manifested$|\bawaiting (?:shipment|parcel|processing)\b|\belektronisch angekündigt\b/,
    "label_created",
  ],
  [/\bpick-? ?up (?:is )?(?:booked|scheduled|arranged)\b|\bout for (?:parcel )?collection\b/, "pickup_scheduled"],
  [
    /\bpick(?:ed)?-? ?up\b|\breceived (?:at|by)\b|\baccepted\b|\bposted by the sender\b|\bpackage received\b|\breceived the parcel\b|\beingeliefert\b|\babgeholt\b/,
    "picked_up",
  ],
  [
    /\bdelivery (?:facility|depot|base|terminal)\b|\bzustellbasis\b.*\b(?:angekommen|eingetroffen)\b/,
    "at_destination_facility",
  ],
  [/\bdepart(?:ed|ure|s)?\b|\bhas left\b/, "departed"],
  [/\barriv(?:ed|al)\b|\bangekommen\b|\beingetroffen\b/, "arrived"],
  [
    /\b(?:in transit|en ?route|process(?:ed|ing)|scanned|uplift|screened|sorted|sorting|forwarded|transport(?:ed|ation)?|encoded|close bag|scanned into)\b|\bbearbeitet\b|\bweitertransport\b|\btransportiert\b/,
    "moving",
  ],
];
