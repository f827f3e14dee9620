/**
 * What the tables of a carrier's codes are, in our words and the names of the carrier's fields. A table is what stands before the colon of a key; `""` holds the
 * keys without one. A table that is not here gets a heading and no sentence.
 */
export const CARRIER_TABLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  fedex: {
    "": "Scan and status codes: `eventType` of a scan, `code` of the latest status.",
    reason:
      "Reasons: `exceptionCode` of a scan, `reason` in `ancillaryDetails`. They say more exactly what a code means; one that is not here is read by its text.",
  },
  ups: {
    status:
      "The three-digit codes: `statusCode` of a poll, `descriptionCode` of a push. Where there is one, it is read first.",
    exception: "Activity type `X`.",
    dials: "Activity type `D`.",
    movement: "Activity type `I`.",
    manifest: "Activity type `M`.",
    void: "Activity type `MV`.",
    pickup: "Activity type `P`.",
    update: "Activity type `U`.",
    type: "The activity type itself, for a scan that carries no code.",
  },
  usps: {
    "": "Event codes: `eventCode` of an event.",
  },
  dhl: {
    unified:
      "The phases that all divisions share: `statusCode`. They decide where a division sent no code and no telling words.",
    dgf: "DHL Global Forwarding.",
    ecommerce: "DHL eCommerce.",
    "ecommerce-europe": "DHL eCommerce Europe.",
    "ecommerce-ppl": "DHL eCommerce, PPL.",
    express: "DHL Express, in Shipment Tracking - Unified and in MyDHL.",
    freight: "DHL Freight.",
    "parcel-de": "DHL Parcel, Germany.",
    "parcel-nl": "DHL Parcel, Netherlands.",
    "parcel-pl": "DHL Parcel, Poland.",
    svb: "The service `svb` of Shipment Tracking - Unified.",
  },
  easypost: {
    "": "`status` of a tracker or scan, and `status/status_detail` where the detail says more. A detail that is not here adds nothing to its status, except beside `in_transit`, where it leaves the scan unmapped.",
  },
  shipengine: {
    "": "ShipEngine's own codes: `status_code` in two letters, and `status_detail_code`, which is read first.",
    usps: "USPS's event codes: `event_code` of an event to which ShipEngine gave no status of its own.",
  },
};
