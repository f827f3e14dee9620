import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { commandRunner, type RunCommand, testInstallation } from "../../test/support/run-command.js";
import { countCodeSightings } from "../store/code-sightings.js";
import { registerCarriers } from "./carriers.js";

let database: TestDatabase;
let carriers: RunCommand;

beforeAll(async () => {
  database = await createTestDatabase();
  carriers = commandRunner(registerCarriers, testInstallation(database.db));
});
afterAll(() => database.drop());

const sighting = (carrier: string, code: string, seen: number) => ({
  carrier,
  code,
  seen,
  exampleText: `words of ${code}\u001b[31m`,
  exampleMessageId: "msg_1",
});

test("without any sighting it says that every code is known", async () => {
  expect((await carriers(["carriers", "--unmapped"])).printed.join("\n")).toContain(
    "Every code that carriers sent is known.",
  );
});

test("unmapped codes are listed most frequent first, summed over sightings, without terminal tricks", async () => {
  await countCodeSightings(database.db.pool, [sighting("ups", "X/ZZ", 2), sighting("fedex", "constructor", 1)]);
  await countCodeSightings(database.db.pool, [sighting("fedex", "constructor", 5)]);
  const listed = await carriers(["carriers", "--unmapped", "--json"]);
  expect(listed.json()).toMatchObject([
    { carrier: "fedex", code: "constructor", seen: 6 },
    { carrier: "ups", code: "X/ZZ", seen: 2 },
  ]);
  const table = await carriers(["carriers", "--unmapped"]);
  expect(table.printed.join("\n")).toContain("words of X/ZZ");
  expect(table.printed.join("\n")).not.toContain("\u001b");
});
