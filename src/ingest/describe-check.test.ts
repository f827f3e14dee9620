import { expect, test } from "vitest";
import { UNTIMED } from "../domain/local-time.js";
import type { Report, Tracking } from "../domain/report.js";
import type { Meaning, Scan } from "../domain/scan.js";
import { type CheckFindings, describeCheck, readAnswer } from "./describe-check.js";

const NUMBER = "PG12345678";
const FOUND: CheckFindings = {
  asked: { trackingNumber: NUMBER, isTestNumber: true },
  token: "new",
  answer: { status: "delivered", subStatus: "in_mailbox", notice: null },
  subscribing: null,
};

function reportOf(...meanings: readonly Meaning[]): Report {
  const scans = meanings.map((meaning, index): Scan => {
    const code = `C${index}`;
    return { carrier: "acme", scanCode: code, carrierCode: code, carrierText: "", place: null, meaning, ...UNTIMED };
  });
  const tracking: Tracking = {
    carrier: "acme",
    trackingNumber: NUMBER,
    carrierUniqueId: null,
    serviceLevel: null,
    shipDate: null,
    origin: null,
    destination: null,
    scans,
    edd: null,
    proof: null,
    linkedNumbers: [],
  };
  return { trackings: [tracking], notices: [] };
}

test("an answer is read as the pipeline would read it", () => {
  const out: Meaning = { kind: "status", status: "out_for_delivery", subStatus: "out_for_delivery" };
  expect(readAnswer(reportOf(out))).toEqual({
    status: "out_for_delivery",
    subStatus: "out_for_delivery",
    notice: null,
  });
  expect(readAnswer(reportOf({ kind: "unmapped" }))).toEqual({ status: null, subStatus: null, notice: null });
});

test("a notice is no status, and an answer that says nothing of the number counts as not found", () => {
  const notice = { trackingNumber: NUMBER, kind: "too_old", carrierCode: "9", carrierText: "" } as const;
  expect(readAnswer({ trackings: [], notices: [notice] }).notice).toBe("too_old");
  expect(readAnswer({ trackings: [], notices: [] }).notice).toBe("not_found");
});

test("a test number that shows what is documented is said to, and so is one that shows something else", () => {
  const said = (shows: "delivered" | "in_transit" | "not_found" | null) =>
    describeCheck("Acme", FOUND, { trackingNumber: NUMBER, shows });
  expect(said("delivered")).toBe(
    `Acme gave a token and answered a question about its test number ${NUMBER}. It reads delivered/in_mailbox, as documented.`,
  );
  expect(said("in_transit")).toMatch(/delivered\/in_mailbox, where its documents say in_transit\.$/);
  expect(said("not_found")).toMatch(/where its documents say not_found\.$/);
  expect(said(null)).toMatch(/It reads delivered\/in_mailbox\.$/);
});

test("a number that stands for an unknown parcel is as documented when it is not found", () => {
  const answer = { status: null, subStatus: null, notice: "not_found" } as const;
  const said = describeCheck("Acme", { ...FOUND, answer }, { trackingNumber: NUMBER, shows: "not_found" });
  expect(said).toMatch(/It knows no such parcel, as documented\.$/);
});

test("a token that was kept proves no secret, and is said to be kept", () => {
  expect(describeCheck("Acme", { ...FOUND, token: "kept" }, null)).toMatch(
    /^Acme took the token it gave earlier and answered a question about the example PG/,
  );
});

test("what keeps numbers from being subscribed is said in the connector's words", () => {
  const obstacle = "Set pushSecret to a random text.";
  const said = (subscribing: CheckFindings["subscribing"]) => describeCheck("Acme", { ...FOUND, subscribing }, null);
  expect(said({ possible: false, obstacle })).toMatch(
    /Numbers cannot be subscribed yet: Set pushSecret to a random text\.$/,
  );
  expect(said({ possible: true, obstacle: null })).toMatch(/Numbers can be subscribed\.$/);
});
