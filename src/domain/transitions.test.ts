import { describe, expect, it } from "vitest";
import { scan, town } from "../../test/support/given.js";
import { ScanLog } from "../../test/support/scan-log.js";
import { timeAtPlace, UNTIMED } from "./local-time.js";

const noon = Date.parse("2026-03-04T12:00:00Z");
const hourMs = 3_600_000;
const at = (hours: number) => new Date(noon + hours * hourMs).toISOString();

describe("what is written down", () => {
  it("stages that were skipped are not told", () => {
    const log = new ScanLog();
    log.deliver([scan("label_created", at(-48)), scan("moving", at(-24)), scan("delivered", at(0))]);
    expect(log.transitions.map(({ status }) => status)).toEqual(["delivered"]);
  });

  it("history that comes late adds nothing", () => {
    const log = new ScanLog();
    log.deliver([scan("delivered", at(0))]);
    expect(log.deliver([scan("out_for_delivery", at(-4))])).toBeNull();
  });

  it("one hub after the other is not news, trouble after other trouble is", () => {
    const log = new ScanLog();
    log.deliver([scan("departed", at(-9))]);
    expect(log.deliver([scan("arrived", at(-8))])).toBeNull();
    expect(log.deliver([scan("delayed", at(-7))])?.subStatus).toBe("delayed");
    expect(log.deliver([scan("customs_held", at(-6))])?.subStatus).toBe("customs_held");
  });

  it("nothing is written while no scan is mapped", () => {
    expect(new ScanLog().deliver([scan("moving", at(0), { meaning: { kind: "unmapped" } })])).toBeNull();
  });
});

describe("the cause", () => {
  it("is the scan that gives the status", () => {
    const log = new ScanLog();
    expect(log.deliver([scan("label_created", at(-2)), scan("moving", at(-1))])?.cause).toMatch(/^acme\|moving\|.*#/);
  });

  it("is the late scan where that only lets an older one count", () => {
    const log = new ScanLog();
    log.deliver([scan("returning_to_sender", at(-9)), scan("delivered", at(0))]);
    const takenBack = log.deliver([scan("delivery_change", at(-5), { flags: { cancelsReturn: true } })]);
    expect(takenBack).toMatchObject({ status: "delivered", occurredAt: noon });
    expect(takenBack?.cause).toMatch(/^acme\|delivery_change\|/);
  });

  it("is new each time, also when the fold goes back to where it was by a better version of the same scan", () => {
    const log = new ScanLog();
    const floating = { ...scan("delayed", ""), ...(timeAtPlace("2026-03-04T10:00:00", null) ?? UNTIMED) };
    log.deliver([floating]);
    log.deliver([scan("moving", at(1))]);
    log.deliver([{ ...floating, occurredAt: noon + 4 * hourMs, utcOffset: "-06:00", zone: "offset" }]);
    expect(log.transitions.map(({ status }) => status)).toEqual(["exception", "in_transit", "exception"]);
    expect(new Set(log.transitions.map(({ cause }) => cause)).size).toBe(3);
  });

  it("is the commit itself where no scan moved the fold: a destination was corrected", () => {
    const log = new ScanLog(town("Reno"));
    log.deliver([scan("returning_to_sender", at(-9)), scan("delivered", at(0), { place: town("Sparks") })]);
    log.destination = town("Sparks");
    expect(log.deliver([])).toMatchObject({ status: "delivered", cause: "commit#2" });
  });
});

describe("what is announced", () => {
  const received = { receivedAtMs: noon };
  const announced = (fields: Parameters<typeof scan>[2], atTime = at(0), times = received) =>
    new ScanLog().deliver([scan("delivered", atTime, fields)], times)?.announced;

  it("news is younger than the limit, exactly", () => {
    expect(announced({}, at(-71.99))).toBe(true);
    expect(announced({}, at(-72))).toBe(false);
  });

  it("an import is silent", () => {
    expect(new ScanLog().deliver([scan("delivered", at(0))], { ...received, silent: true })?.announced).toBe(false);
  });

  it("a scan without a time is as old as its receipt", () => {
    expect(announced(UNTIMED)).toBe(true);
    expect(
      new ScanLog().deliver([scan("delivered", "", UNTIMED)], { receivedAtMs: noon, nowMs: noon + 72 * hourMs })
        ?.announced,
    ).toBe(false);
  });

  it("a wall clock of unknown zone is history only when it is old everywhere", () => {
    const clock = (text: string) => timeAtPlace(text, null) ?? UNTIMED;
    expect(announced(clock("2026-03-01T00:01:00"))).toBe(true);
    expect(announced(clock("2026-02-28T23:59:00"))).toBe(false);
  });

  it("a scan dated in the future is as old as its receipt", () => {
    expect(announced({}, at(1000))).toBe(true);
    const late = new ScanLog().deliver([scan("delivered", at(1000))], {
      receivedAtMs: noon,
      nowMs: noon + 73 * hourMs,
    });
    expect(late?.announced).toBe(false);
  });
});
