import { expect, test } from "vitest";
import { codeMeaning, dhlStatusCodes } from "./codes.js";
import { meaningOf, meaningOfCode } from "./meaning.js";

const subStatus = (service: string, statusCode: string, status: string, description = "") => {
  const meaning = meaningOf({ service, statusCode, status, description });
  return meaning.kind === "status" ? meaning.subStatus : meaning.kind;
};

test.each([
  ["express", 44],
  ["parcel-de", 16],
  ["parcel-nl", 352],
  ["parcel-pl", 107],
  ["ecommerce", 289],
  ["ecommerce-europe", 162],
  ["freight", 48],
  ["svb", 46],
  ["dgf", 15],
  ["ecommerce-ppl", 11],
  ["unified", 4],
])("the table of %s is whole", (service, count) => {
  expect(dhlStatusCodes().filter(({ key }) => key.startsWith(`${service}:`))).toHaveLength(count);
});

test("a code means in the list what it means in a scan", () => {
  for (const { key, status, subStatus: listed } of dhlStatusCodes()) {
    const [service = "", code = ""] = key.split(":");
    const meaning = codeMeaning(service, code);
    expect(meaning, key).toMatchObject(
      status === "information" ? { kind: "information" } : { status, subStatus: listed },
    );
  }
});

test("every code that says that the parcel is not with the recipient takes a delivery back", () => {
  const revoking = new Set(["refused", "returning_to_sender", "returned_to_sender", "damaged"]);
  expect(dhlStatusCodes().filter((code) => revoking.has(code.subStatus) && code.revokesDelivery !== true)).toEqual([]);
});

test("the same letters are another code in another division", () => {
  expect(meaningOfCode("express", "DD", "")).toMatchObject({ subStatus: "delivered" });
  expect(meaningOfCode("parcel-de", "DD", "")).toMatchObject({ subStatus: "delivery_change" });
  expect(subStatus("ecommerce-europe", "delivered", "44")).toBe("available_for_pickup");
  expect(subStatus("ecommerce", "delivered", "44")).toBe("unmapped");
});

test.each([
  ["ecommerce-europe", "delivered", "302", "", "handed_to_partner"],
  ["ecommerce-europe", "delivered", "366", "", "returned_to_sender"],
  ["svb", "delivered", "RETURNED_TO_SENDER", "", "returned_to_sender"],
  ["parcel-nl", "delivered", "DELIVERED_AT_ACCESSPOINT", "", "available_for_pickup"],
  [
    "ecommerce",
    "delivered",
    "DELIVERED",
    "The shipment has been handed over to the Parcelshop",
    "available_for_pickup",
  ],
  ["ecommerce", "delivered", "DELIVERED", "DELIVERED TO AGENT FOR FINAL DELIVERY", "handed_to_partner"],
])("%s %s/%s %j is called delivered by DHL and is %s", (service, statusCode, status, description, expected) => {
  expect(subStatus(service, statusCode, status, description)).toBe(expected);
});

test.each([
  ["dgf", "HELD_AT_CUSTOMS", "customs_held"],
  ["svb", "DELIVERY_ATTEMPTED", "delivery_attempted"],
  ["ecommerce-europe", "161", "delivery_attempted"],
  ["ecommerce", "MISROUTED", "missorted"],
  ["ecommerce", "NOTICE LEFT (BUSINESS CLOSED)", "business_closed"],
  ["ecommerce", "OUT FOR DELIVERY", "out_for_delivery"],
  ["freight", "24-501", "out_for_delivery"],
])("%s calls %s transit, and it is %s", (service, status, expected) => {
  expect(subStatus(service, "transit", status)).toBe(expected);
});

test.each([
  ["Shipment is being returned to the shipper", "returning_to_sender"],
  ["The shipment will be returned to the sender", "returning_to_sender"],
  ["Returned to shipper", "returned_to_sender"],
])("%j is %s: a return has not ended before it is said to have", (description, expected) => {
  expect(subStatus("express", "failure", "", description)).toBe(expected);
});

test("available for delivery is not out for delivery", () => {
  expect(subStatus("ecommerce", "transit", "AVAILABLE FOR DELIVERY")).toBe("moving");
});

test("nothing is delivered against DHL's own phase", () => {
  expect(subStatus("express", "transit", "", "Delivered")).toBe("moving");
  expect(subStatus("express", "failure", "DELIVERED")).toBe("problem");
  expect(subStatus("express", "", "", "Not delivered")).toBe("delivery_attempted");
  expect(subStatus("ecommerce", "delivered", "PROOF OF DELIVERY DELIVERED TO CUSTOMER")).toBe("information");
});

test("words that know nothing of the end give way to a phase that does", () => {
  expect(subStatus("ecommerce", "failure", "PROCESSED")).toBe("problem");
  expect(subStatus("ecommerce", "delivered", "PICKED UP")).toBe("delivered");
});

test.each([
  ["DELIVERED", "DELIVERED - PARCEL LOCKER", "parcel_locker"],
  ["Delivered", "Delivered to a neighbour", "to_neighbour"],
  ["delivered", "Delivered in the mailbox", "in_mailbox"],
  ["Delivered", "JESSICA", "delivered"],
])("a delivery %j %j was %s", (status, description, expected) => {
  expect(subStatus("ecommerce", "delivered", status, description)).toBe(expected);
});

test.each([
  ["Die Sendung wurde zugestellt.", "delivered"],
  ["Die Sendung konnte nicht zugestellt werden.", "delivery_attempted"],
  ["Die Sendung wurde in das Zustellfahrzeug geladen.", "out_for_delivery"],
  ["Die Sendung liegt in der Filiale zur Abholung bereit.", "available_for_pickup"],
  ["Die Sendung wurde elektronisch angekündigt.", "label_created"],
  ["Die Sendung wurde vom Absender in der Filiale eingeliefert.", "picked_up"],
  ["Die Sendung wird an den Absender zurückgesandt.", "returning_to_sender"],
  ["Die Sendung wurde zurückgestellt.", "delayed"],
])("%s is %s", (text, expected) => {
  expect(subStatus("parcel-de", "", text, text)).toBe(expected);
});

test("a label that DHL calls unknown is a label, and an unknown scan stays unknown", () => {
  expect(subStatus("ecommerce", "unknown", "LABEL CREATED")).toBe("label_created");
  expect(subStatus("ecommerce", "unknown", "A SCAN OF A NEW KIND")).toBe("unmapped");
  expect(subStatus("ecommerce", "transit", "A SCAN OF A NEW KIND")).toBe("moving");
});

test.each(["ZZ9", "56-999", "constructor", "__proto__", "NEW_CODE"])(
  "the code %s has no status, whatever stands around it",
  (code) => {
    expect(subStatus("freight", "delivered", code, "Delivered")).toBe("unmapped");
    expect(subStatus("freight", code, "Delivered", "Delivered")).toBe("unmapped");
    expect(subStatus(code, "", "", "")).toBe("unmapped");
  },
);
