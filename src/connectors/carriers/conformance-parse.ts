import { expect, test } from "vitest";
import type { Report } from "../../domain/report.js";
import type { Scan } from "../../domain/scan.js";
import { scanIdentity } from "../../domain/scan-identity.js";
import type { CarrierFixtures } from "./conformance-fixtures.js";
import { type Carrier, type ParseBody, UnreadableBodyError } from "./contract.js";

/** Laws of `parse`, for poll and push alike. */
export function describeParsers(carrier: Carrier, fixtures: CarrierFixtures): void {
  const { sameScan } = fixtures;

  test.each(parsers(carrier, fixtures))(
    "garbage given to $name is an unreadable body with one sentence",
    ({ parse, body, maxBytes }) => {
      for (const garbage of [
        ...GARBAGE.map(bytes),
        body.subarray(0, body.length * 0.7),
        fixtures.foreignBody,
        bytes(`{"a":"${"x".repeat(maxBytes)}"}`),
      ]) {
        const outcome = parseOutcome(parse, garbage);
        expect(outcome, text(garbage).slice(0, 80)).toBeInstanceOf(UnreadableBodyError);
        if (outcome instanceof Error) expect(outcome.message).toMatch(/^[A-Z].{10,200}\.$/);
      }
    },
  );

  test.each(parsers(carrier, fixtures))(
    "$name reads or refuses a body with any field of any type",
    ({ parse, body }) => {
      for (const hostile of mutations(body)) {
        const outcome = parseOutcome(parse, bytes(hostile));
        if (outcome instanceof Error) expect(outcome, hostile.slice(0, 2_000)).toBeInstanceOf(UnreadableBodyError);
        else expect(illTyped(outcome), hostile.slice(0, 2_000)).toEqual([]);
      }
    },
  );

  test.each(parsers(carrier, fixtures))("$name gives the same scans each time", ({ parse, body }) => {
    expect(parse(body)).toEqual(parse(body));
    expect(identities(parse(body)).length).toBeGreaterThan(0);
  });

  test("the same scan by push, richer push and poll is one", () => {
    const told = [
      ...(carrier.push && sameScan.push ? [identities(carrier.push.parse(sameScan.push))] : []),
      ...(carrier.push && sameScan.richerPush ? [identities(carrier.push.parse(sameScan.richerPush))] : []),
      ...(carrier.poll && sameScan.poll ? [identities(carrier.poll.parse(sameScan.poll))] : []),
    ];
    const ways = (carrier.push === undefined ? 0 : 2) + (carrier.poll === undefined ? 0 : 1);
    expect(told).toHaveLength(ways);
    expect(told[0]).toHaveLength(1);
    for (const one of told) expect(one).toEqual(told[0]);
  });

  test.each(["ZZ9", "constructor", "__proto__", "toString"])("the unknown code %s has no status", (code) => {
    const [known] = parsers(carrier, fixtures);
    const scans = known?.parse(fixtures.bodyWithCode(code)).trackings.flatMap((tracking) => tracking.scans) ?? [];
    expect(scans.map((scan) => scan.meaning)).toEqual([{ kind: "unmapped" }]);
  });
}

interface NamedParser {
  readonly name: string;
  readonly parse: ParseBody;
  readonly body: Uint8Array;
  readonly maxBytes: number;
}

function parsers(carrier: Carrier, fixtures: CarrierFixtures): NamedParser[] {
  const found: NamedParser[] = [];
  if (carrier.poll && fixtures.poll) found.push({ name: "poll.parse", ...carrier.poll, body: fixtures.poll.body });
  if (carrier.push && fixtures.push) found.push({ name: "push.parse", ...carrier.push, body: fixtures.push.body });
  return found;
}

const GARBAGE = [
  "",
  " \r\n",
  "\u0000\u0001\u0002",
  "null",
  "42",
  '"OK"',
  "[]",
  "{}",
  "[{}]",
  "[".repeat(50_000),
  "<!doctype html><title>502 Bad Gateway</title>",
  '<?xml version="1.0"?><Error/>',
  '{"errors":[{"code":"FORBIDDEN","message":"no"}]}',
];

function identities(report: Report): string[] {
  return report.trackings.flatMap(({ trackingNumber, scans }) =>
    scans.map((scan) => `${trackingNumber} ${scanIdentity(scan)}`),
  );
}

function parseOutcome(parse: ParseBody, body: Uint8Array): Report | Error {
  try {
    return parse(body);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The body with each of its nodes in turn replaced by a value of another type. Nothing for a body that is no JSON. */
export function* mutations(body: Uint8Array): Generator<string> {
  if (!/^\s*[[{]/.test(text(body))) return;
  const whole: unknown = JSON.parse(text(body));
  for (const path of pathsOf(whole)) for (const odd of ODD_VALUES) yield JSON.stringify(replaced(whole, path, odd));
}

const ODD_VALUES: readonly unknown[] = [
  null,
  42,
  -1.5,
  "x",
  "",
  true,
  [],
  {},
  [[[]]],
  [null],
  { constructor: 1 },
  "2024-13-45T99:99:99Z",
];

function pathsOf(value: unknown, at: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [[...at]];
  return [[...at], ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...at, key]))];
}

function replaced(value: unknown, path: readonly string[], odd: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return odd;
  if (Array.isArray(value))
    return value.map((inner: unknown, index) => (String(index) === head ? replaced(inner, rest, odd) : inner));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === head ? replaced(inner, rest, odd) : inner]),
  );
}

/** Names of the fields of a report that do not hold what their type promises. */
function illTyped(report: Report): string[] {
  const faults: string[] = [];
  for (const tracking of report.trackings) {
    if (tracking.trackingNumber === "") faults.push("trackingNumber");
    if (tracking.shipDate !== null && !DAY.test(tracking.shipDate)) faults.push("shipDate");
    if (
      tracking.edd !== null &&
      !(DAY.test(tracking.edd.from) && DAY.test(tracking.edd.to) && tracking.edd.from <= tracking.edd.to)
    )
      faults.push("edd");
    for (const clock of [tracking.edd?.windowFrom ?? null, tracking.edd?.windowTo ?? null])
      if (clock !== null && !/^\d\d:\d\d$/.test(clock)) faults.push("edd window");
    for (const scan of tracking.scans) faults.push(...illTypedScan(scan));
  }
  for (const notice of report.notices) if (notice.trackingNumber === "") faults.push("notice");
  return faults;
}

function illTypedScan(scan: Scan): string[] {
  const faults: string[] = [];
  if (scan.scanCode === "" || typeof scan.carrierCode !== "string" || typeof scan.carrierText !== "string")
    faults.push("texts");
  if (scan.occurredAt !== null && !Number.isFinite(scan.occurredAt)) faults.push("occurredAt");
  if (scan.localTime !== null && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(scan.localTime)) faults.push("localTime");
  if ((scan.occurredAt === null) !== (scan.zone === "unknown")) faults.push("zone");
  for (const part of Object.values(scan.place ?? {}))
    if (part !== null && typeof part !== "string") faults.push("place");
  return faults;
}

const DAY = /^\d{4}-\d\d-\d\d$/;

function bytes(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

function text(body: Uint8Array): string {
  return new TextDecoder().decode(body);
}
