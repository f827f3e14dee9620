import { expect, test } from "vitest";
import { codeMeaning } from "./codes.js";
import { meaningOf, type UpsStatus } from "./meaning.js";

const nothing: UpsStatus = { type: "", code: "", statusCode: "", text: "" };

/** `status/subStatus`, `information` or `unmapped`. */
function meant(status: Partial<UpsStatus>): string {
  const meaning = meaningOf({ ...nothing, ...status });
  return meaning.kind === "status" ? `${meaning.status}/${meaning.subStatus}` : meaning.kind;
}

test("the three digits decide before type and code", () => {
  expect(meant({ type: "X", code: "48", statusCode: "022" })).toBe("exception/delivery_attempted");
  expect(meant({ type: "I", code: "OF", statusCode: "072" })).toBe("in_transit/at_destination_facility");
  expect(meant({ type: "I", code: "OF" })).toBe("out_for_delivery/out_for_delivery");
});

test("digits that UPS does not document leave the decision to type and code", () => {
  expect(meant({ type: "D", code: "FS", statusCode: "999" })).toBe("delivered/delivered");
});

test("the same code and type differ by the three digits: RZ waits under 012 and is released under 014", () => {
  expect(meant({ type: "X", code: "RZ", statusCode: "012" })).toBe("in_transit/customs_processing");
  expect(meant({ type: "X", code: "RZ", statusCode: "014" })).toBe("in_transit/customs_cleared");
  expect(meant({ type: "X", code: "BB", statusCode: "058" })).toBe("exception/customs_documents_missing");
  expect(meant({ type: "X", code: "BB", statusCode: "014" })).toBe("in_transit/customs_cleared");
});

test("the same two letters differ by type: DP, PU and MV", () => {
  expect(meant({ type: "M", code: "DP" })).toBe("label_created/label_created");
  expect(meant({ type: "I", code: "DP" })).toBe("in_transit/moving");
  expect(meant({ type: "P", code: "PU" })).toBe("in_transit/picked_up");
  expect(meant({ type: "X", code: "PU" })).toBe("unmapped");
  expect(meant({ type: "D", code: "MV" })).toBe("exception/address_issue");
  expect(meant({ type: "MV", code: "MP" })).toBe("exception/cancelled");
});

test.each([
  ["2Q", "out_for_delivery/available_for_pickup"],
  ["1N", "out_for_delivery/available_for_pickup"],
  ["4X", "out_for_delivery/available_for_pickup"],
  ["EP", "out_for_delivery/available_for_pickup"],
  ["ZQ", "out_for_delivery/available_for_pickup"],
  ["B0", "exception/returned_to_sender"],
  ["F7", "in_transit/handed_to_partner"],
  ["YH", "in_transit/handed_to_partner"],
  ["2D", "in_transit/arrived"],
  ["2J", "in_transit/departed"],
  ["2K", "out_for_delivery/out_for_delivery"],
  ["53", "exception/refused"],
  ["50", "exception/address_issue"],
  ["BO", "exception/address_issue"],
  ["DZ", "exception/address_issue"],
  ["CI", "exception/delivery_attempted"],
  ["BI", "exception/business_closed"],
  ["EA", "exception/delivery_attempted"],
  ["DO", "exception/delivery_attempted"],
  ["AU", "in_transit/delivery_change"],
])("type D with code %s is not delivered", (code, expected) => {
  expect(meant({ type: "D", code, text: "Delivered" })).toBe(expected);
});

test("161 is type D and waits at an Access Point", () => {
  expect(meant({ type: "D", code: "2Q", statusCode: "161" })).toBe("out_for_delivery/available_for_pickup");
  expect(meant({ type: "D", statusCode: "161" })).toBe("out_for_delivery/available_for_pickup");
});

test("a code that names another end overrules a bare 011", () => {
  expect(meant({ type: "D", code: "2Q", statusCode: "011" })).toBe("out_for_delivery/available_for_pickup");
  expect(meant({ type: "D", code: "B0", statusCode: "011" })).toBe("exception/returned_to_sender");
  expect(meant({ type: "M", code: "VP", statusCode: "003" })).toBe("exception/cancelled");
});

test("a code that names the place makes 011 exact", () => {
  expect(meant({ type: "D", code: "P5", statusCode: "011" })).toBe("delivered/parcel_locker");
  expect(meant({ type: "D", code: "MU", statusCode: "011" })).toBe("delivered/in_mailbox");
  expect(meant({ type: "D", code: "3H", statusCode: "011" })).toBe("delivered/to_neighbour");
});

test("type X is not always bad", () => {
  expect(meant({ type: "X", code: "F4" })).toBe("delivered/delivered");
  expect(meant({ type: "X", code: "FT" })).toBe("delivered/collected");
  expect(meant({ type: "X", code: "DA", statusCode: "014" })).toBe("in_transit/customs_cleared");
  expect(meant({ type: "X", statusCode: "092" })).toBe("in_transit/customs_processing");
});

test.each(["046", "048", "086", "090"])("a delay %s needs no type X", (statusCode) => {
  expect(meant({ type: "I", statusCode })).toBe("exception/delayed");
});

test("an update moves nothing, whatever its digits say", () => {
  for (const [code = "", statusCode = ""] of [
    ["UP", "154"],
    ["UT", "153"],
    ["PX", "155"],
    ["PX", ""],
    ["UP", "021"],
  ]) {
    expect(meant({ type: "U", code, statusCode })).toBe("information");
  }
});

test("a changed estimate moves nothing by any type", () => {
  expect(meant({ type: "I", code: "UP", statusCode: "154" })).toBe("information");
});

test("claims and investigations that end move nothing", () => {
  for (const statusCode of ["127", "128", "130", "140", "142", "155"])
    expect(meant({ statusCode })).toBe("information");
});

test("what takes a delivery back is marked, and what is only late is not", () => {
  for (const key of [
    "exception:HD",
    "exception:HE",
    "status:059",
    "status:064",
    "status:035",
    "status:034",
    "dials:50",
    "dials:B0",
  ]) {
    expect(codeMeaning(key), key).toMatchObject({ revokesDelivery: true });
  }
  for (const key of ["status:046", "status:022", "status:129", "status:011", "exception:8C"]) {
    expect(codeMeaning(key), key).not.toHaveProperty("revokesDelivery");
  }
});

test("going to the original address after all takes a return back", () => {
  expect(codeMeaning("status:099")).toMatchObject({ cancelsReturn: true });
  expect(codeMeaning("status:098")).not.toHaveProperty("cancelsReturn");
});

test("a reason code means the same with its leading zero", () => {
  expect(meant({ type: "X", code: "06" })).toBe(meant({ type: "X", code: "6" }));
  expect(meant({ type: "D", code: "0" })).toBe("exception/delayed");
});

test.each(["QQ", "constructor", "__proto__", "hasOwnProperty"])(
  "the unknown code %s stays unmapped by every type",
  (code) => {
    for (const type of ["D", "I", "M", "MV", "P", "U", "X", "", "constructor"]) {
      expect(meant({ type, code, text: "Delivered" })).toBe("unmapped");
      expect(meant({ type, statusCode: code, text: "Delivered" })).toBe("unmapped");
    }
  },
);

test("words count only where there is no code at all", () => {
  expect(meant({ type: "D", text: "DELIVERED." })).toBe("delivered/delivered");
  expect(meant({ type: "I", text: "Out for Delivery" })).toBe("out_for_delivery/out_for_delivery");
  expect(meant({ type: "I", text: "Wird zugestellt" })).toBe("unmapped");
});

test("a type alone says enough for labels, voids, pickups and updates only", () => {
  expect(["M", "MV", "P", "U", "D", "I", "X", "W"].map((type) => meant({ type }))).toEqual([
    "label_created/label_created",
    "exception/cancelled",
    "in_transit/picked_up",
    "information",
    "unmapped",
    "unmapped",
    "unmapped",
    "unmapped",
  ]);
});
