import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { commandRunner, type RunCommand, testInstallation } from "../../test/support/run-command.js";
import { countCodeSightings } from "../store/code-sightings.js";
import { registerCarriers } from "./carriers.js";

let database: TestDatabase;
let run: RunCommand;

beforeAll(async () => {
  database = await createTestDatabase();
  run = commandRunner(registerCarriers, testInstallation(database.db));
});
afterAll(() => database.drop());

const map = (...args: string[]) => run(["carriers", "map", ...args, "--reason", "The account manager said so."]);
const unmap = (...args: string[]) => run(["carriers", "unmap", ...args, "--reason", "It was a mistake."]);

test("a mapping says how to bring it to stored scans, takes the code off the unmapped ones, and is audited", async () => {
  await countCodeSightings(database.db.pool, [
    { carrier: "fedex", code: "ZZ", seen: 3, exampleText: "Beamed up", exampleMessageId: "msg_1" },
  ]);
  expect((await run(["carriers", "--unmapped", "--json"])).json()).toHaveLength(1);
  const { printed } = await map("fedex", "ZZ", "held");
  expect(printed.join("\n")).toContain("fedex ZZ means held from now on (version 1)");
  expect(printed.join("\n")).toContain("waybill replay --carrier fedex");
  expect((await run(["carriers", "--unmapped", "--json"])).json()).toEqual([]);
  const { rows } = await database.db.pool.query(`select actor, action, subject, detail from audit_log`);
  expect(rows).toEqual([
    {
      actor: "cli:test",
      action: "code_mapping.set",
      subject: "code:fedex/ZZ",
      detail: { version: 1, meaning: "held", reason: "The account manager said so." },
    },
  ]);
});

test("said twice the version stays, said otherwise it is the next, withdrawn the code is unmapped again", async () => {
  expect((await map("ups", "X/ZZ", "held", "--json")).json()).toMatchObject({ version: 1, changed: true });
  expect((await map("ups", "X/ZZ", "held", "--json")).json()).toMatchObject({ version: 1, changed: false });
  const flagged = await map("ups", "X/ZZ", "held", "--revokes-delivery", "--json");
  expect(flagged.json()).toMatchObject({ version: 2, changed: true });
  expect((await map("ups", "X/ZZ", "information", "--json")).json()).toMatchObject({ version: 3, changed: true });
  expect((await unmap("ups", "X/ZZ", "--json")).json()).toMatchObject({ version: 4, changed: true });
  expect((await unmap("ups", "X/ZZ")).failed).toEqual([expect.stringMatching(/waybill carriers mappings/)]);

  const current = (await run(["carriers", "mappings", "--json"])).json() as { carrier: string }[];
  expect(current.filter(({ carrier }) => carrier === "ups")).toEqual([]);
  const history = (await run(["carriers", "mappings", "--history", "--json"])).json() as { code: string }[];
  expect(history.filter(({ code }) => code === "X/ZZ")).toMatchObject([
    { version: 4, meaning: "withdrawn", reason: "It was a mistake.", actor: "cli:test" },
    { version: 3, meaning: "information" },
    { version: 2, meaning: "status", subStatus: "held", revokesDelivery: true },
    { version: 1, meaning: "status", subStatus: "held", revokesDelivery: false },
  ]);
});

test.each([
  ["a carrier that is not", ["dpd", "1", "held"], /no carrier "dpd"/],
  ["a sub-status that is not, with the nearest", ["fedex", "ZY", "arived"], /Did you mean arrived\?/],
  ["a sub-status near to none, with all", ["fedex", "ZY", "beamed"], /There are: confirmed, .*information/],
  ["a code that the release knows", ["fedex", "DL", "held"], /already reads fedex DL as delivered\/delivered/],
  ["no code", ["fedex", " ", "held"], /carriers --unmapped/],
  ["information that moves", ["fedex", "ZY", "information", "--cancels-return"], /moves nothing/],
])("%s is refused", async (_name, args, sentence) => {
  const { failed, printed } = await map(...args);
  expect(failed).toEqual([expect.stringMatching(sentence)]);
  expect(printed).toEqual([]);
});

test("a code that the release has learnt since is shown as the release's", async () => {
  await database.db.pool.query(
    `insert into code_mappings (carrier, code, version, meaning, sub_status, actor, reason)
     values ('fedex', 'DL', 1, 'status', 'held', 'cli:test', 'Was new then.')`,
  );
  expect((await run(["carriers", "mappings"])).printed.join("\n")).toMatch(
    /DL.*held.*the release says delivered\/delivered and wins/,
  );
});
