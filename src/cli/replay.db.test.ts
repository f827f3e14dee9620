import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { mapUpsCode, upsSays } from "../../test/support/replay.js";
import { commandRunner, testInstallation } from "../../test/support/run-command.js";
import { addStore, intakeFor, normalizerFor } from "../../test/support/store-fixture.js";
import { sandboxTrackingNumber } from "../sandbox/tracking-numbers.js";
import type { LongRun } from "./long-run.js";
import { registerReplay } from "./replay.js";

const A = sandboxTrackingNumber("ups", 1);
const shown: string[] = [];
let stop = false;
let database: TestDatabase;

const longRun: LongRun = {
  progress: { show: (what, done, total) => shown.push(`${what} ${done}/${total}`), clear: () => shown.push("clear") },
  untilInterrupted: (work) => work(stop ? AbortSignal.abort() : new AbortController().signal),
};
const run = (...args: string[]) =>
  commandRunner(
    (program, terminal, use) => registerReplay(program, terminal, use, longRun),
    testInstallation(database.db),
  )(["replay", ...args]);

beforeAll(async () => {
  database = await createTestDatabase();
  const { connections } = await addStore(database.db);
  const intake = intakeFor(database.db);
  for (const body of [upsSays({ trackingNumber: A, type: "Q", code: "ZZ", minute: 1 }), Buffer.from("<html>")])
    await intake.record({ connectionId: connections.ups ?? "", source: "push", body });
  await normalizerFor(database.db).drain();
  await mapUpsCode(database.db, "Q/ZZ", "held");
});
afterAll(() => database.drop());

test("a dry run says what would change, for people and programs, and what is left to somebody else", async () => {
  const { printed, failed } = await run("--dry-run", "--carrier", "ups", "--since", "2020-01-01");
  const text = printed.join("\n");
  expect(failed).toEqual([]);
  expect(text).toContain("This is a dry run: nothing was changed.\nmessages read: 1; shipments: 1");
  expect(text).toMatch(/FROM +TO +SHIPMENTS\nnone +exception\/held +1/);
  expect(text).toMatch(new RegExp(`shp_.*, ups ${A}: none -> exception/held, because code Q/ZZ now means`));
  expect(text).toContain("waybill parked retry");
  expect((await run("--dry-run", "--json")).json()).toMatchObject({ dryRun: true, scans: { changed: 1 } });
  expect(shown).toContain("reading messages 1/1");
  expect(shown.at(-1)).toBe("clear");
});

test("one that is interrupted fails and says how to go on", async () => {
  stop = true;
  const { failed } = await run();
  stop = false;
  expect(failed).toEqual([expect.stringMatching(/run it again/)]);
});

test("a real one changes the shipment, and then there is nothing left", async () => {
  expect((await run("--shipment", A, "--json")).json()).toMatchObject({ dryRun: false, wrote: true });
  expect((await run()).printed.join("\n")).toContain("No status is different.");
});

test.each([
  [["--carrier", "dpd"], /no carrier "dpd"/],
  [["--since", "yesterday"], /2026-03-02/],
  [["--since", "2026-02-30"], /2026-03-02/],
  [["--since", "2026-03-02", "--shipment", A], /leave --since out/],
  [["--shipment", "1Z0"], /No shipment/],
])("%j is refused with what to do", async (args, sentence) => {
  const { failed, printed } = await run(...args);
  expect(failed).toEqual([expect.stringMatching(sentence)]);
  expect(printed).toEqual([]);
});
