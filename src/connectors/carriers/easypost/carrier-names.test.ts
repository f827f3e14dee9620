import { expect, test } from "vitest";
import { carrierCodeOf, easypostNameOf } from "./carrier-names.js";

test.each([
  ["USPS", "usps"],
  ["UPS", "ups"],
  ["UPSDAP", "ups"],
  ["UPSMailInnovations", "ups"],
  ["FedEx", "fedex"],
  ["FedexSmartPost", "fedex"],
  ["DHLExpress", "dhl"],
  ["DhlEcs", "dhl"],
  ["DHLeCommerce", "dhl"],
  ["DHLParcel", "dhl"],
  ["CanadaPost", "canada_post"],
  ["FedExCrossBorder", "fedex_cross_border"],
  ["UPSIparcel", "ups_iparcel"],
  ["LaserShipV2", "laser_ship_v2"],
  ["DPDUK", "dpduk"],
  ["SFExpress", "sf_express"],
  ["Poste Italiane (été)", "poste_italiane_ete"],
])("%s is %s", (name, code) => {
  expect(carrierCodeOf(name)).toBe(code);
});

test("no name is no carrier, and a hostile one is a short slug", () => {
  for (const none of [null, "", " ", "邮政", "--"]) expect(carrierCodeOf(none)).toBeNull();
  for (const odd of ["../../etc", "<b>x</b>", "a".repeat(5_000), "__proto__"])
    expect(carrierCodeOf(odd)).toMatch(/^[a-z0-9_]{1,80}$/);
});

test("a carrier is asked for by EasyPost's name, and a name comes back as the same code", () => {
  expect(easypostNameOf("usps", {})).toBe("USPS");
  expect(easypostNameOf("fedex", {})).toBe("FedEx");
  expect(easypostNameOf("canada_post", {})).toBe("CanadaPost");
  for (const code of ["ups", "canada_post", "royal_mail", "dpduk", "on_trac", "fedex_cross_border"])
    expect(carrierCodeOf(easypostNameOf(code, {}))).toBe(code);
});

test("a carrier that EasyPost is not known to have is left to be found by the number", () => {
  for (const code of [null, "", "constructor", "pigeon_post"]) expect(easypostNameOf(code, {})).toBeNull();
});

test("of DHL the division is the one that the connection names", () => {
  expect(easypostNameOf("dhl", {})).toBeNull();
  expect(easypostNameOf("dhl", { dhlCarrier: " DHLExpress " })).toBe("DHLExpress");
});
