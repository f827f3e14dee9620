import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Command } from "commander";
import { expect, test } from "vitest";
import { CARRIERS } from "../connectors/carriers/registry.js";
import { registerCarriers } from "./carriers.js";
import { registerNormalize } from "./normalize.js";
import type { Terminal } from "./terminal.js";

const REPORT = {
  output: {
    completeTrackResults: [
      {
        trackingNumber: "568283610012000",
        trackResults: [
          {
            scanEvents: [
              { eventType: "OD", date: "2026-03-04T06:47:00-07:00", eventDescription: "On the vehicle" },
              { eventType: "OC", date: "2026-03-01T00:00:00", eventDescription: "Label" },
              { eventType: "Q7", date: "2026-03-04T08:00:00-07:00", eventDescription: "Something new" },
            ],
          },
        ],
      },
    ],
  },
};

test("a body from standard input becomes events, newest first, with the status of the fold", async () => {
  const { printed, failed } = await run(["normalize", "fedex", "--json"], JSON.stringify(REPORT));
  expect(failed).toEqual([]);
  expect(printed).toHaveLength(1);
  const [tracking] = JSON.parse(printed[0] ?? "").trackings;
  expect(tracking).toMatchObject({ trackingNumber: "568283610012000", carrier: "fedex", status: "out_for_delivery" });
  expect(tracking.events).toMatchObject([
    { carrierCode: "Q7", status: null, subStatus: null, occurredAt: "2026-03-04T15:00:00.000Z" },
    { carrierCode: "OD", status: "out_for_delivery", utcOffset: "-07:00", zone: "offset" },
    { carrierCode: "OC", status: "label_created", occurredAt: null, zone: "unknown", precision: "day" },
  ]);
});

test("a body from a file is the same, indented for people", async () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "waybill-")), "body.json");
  writeFileSync(file, JSON.stringify(REPORT));
  const { printed } = await run(["normalize", "fedex", file], "");
  expect(printed[0]).toContain('\n  "trackings": [');
});

test("what cannot be normalised is refused with one sentence", async () => {
  const refusals = [
    { args: ["normalize", "fedex"], stdin: "<html>", says: /^This is no FedEx report: The body is HTML/ },
    { args: ["normalize", "fedex"], stdin: "", says: /empty/ },
    { args: ["normalize", "fedex"], stdin: "x".repeat(5 * 1024 * 1024 + 1), says: /larger than 5 MiB/ },
    { args: ["normalize", "fedex", "/nowhere/body.json"], stdin: "", says: /ENOENT/ },
    { args: ["normalize", "fedex", "/"], stdin: "", says: /EISDIR/ },
    { args: ["normalize", "pigeon"], stdin: "", says: /no carrier "pigeon".* fedex/ },
    { args: ["carriers", "codes", "constructor", "--json"], stdin: "", says: /no carrier "constructor"/ },
  ];
  for (const { args, stdin, says } of refusals) {
    const { printed, failed } = await run(args, stdin);
    expect(printed).toEqual([]);
    expect(failed).toHaveLength(1);
    expect(failed[0]).toMatch(says);
    expect(failed[0]).not.toContain("\n");
  }
});

test("the list of carriers names all of them", async () => {
  const { printed } = await run(["carriers", "--json"], "");
  expect(JSON.parse(printed[0] ?? "").map((carrier: { code: string }) => carrier.code)).toEqual(
    CARRIERS.map(({ code }) => code),
  );
  expect((await run(["carriers"], "")).printed).toHaveLength(CARRIERS.length);
});

test("the codes of a carrier are listed for programs and for people", async () => {
  const { printed } = await run(["carriers", "codes", "fedex", "--json"], "");
  const codes = JSON.parse(printed[0] ?? "");
  expect(codes).toContainEqual({ key: "OD", status: "out_for_delivery", subStatus: "out_for_delivery" });
  expect((await run(["carriers", "codes", "fedex"], "")).printed).toHaveLength(codes.length);
});

async function run(args: readonly string[], stdin: string): Promise<{ printed: string[]; failed: string[] }> {
  const printed: string[] = [];
  const failed: string[] = [];
  const terminal: Terminal = {
    stdin: (async function* () {
      yield new TextEncoder().encode(stdin);
    })(),
    print: (text) => printed.push(text),
    write: () => undefined,
    fail: (sentence) => failed.push(sentence),
  };
  const program = new Command().exitOverride();
  registerNormalize(program, terminal);
  registerCarriers(program, terminal);
  await program.parseAsync(args, { from: "user" });
  return { printed, failed };
}
