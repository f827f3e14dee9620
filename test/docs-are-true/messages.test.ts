import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SUPPRESSIONS } from "../../src/notify/plan-messages.js";
import { nextAttemptAt } from "../../src/notify/retry-schedule.js";
import { MESSAGE_STATES } from "../../src/store/messages.js";
import { rowsOf } from "./table-rows.js";

const page = readFileSync(new URL("../../docs/messages.md", import.meta.url), "utf8");
const codesUnder = (heading: string) => {
  const section = page.split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return rowsOf(section);
};

test("docs/messages.md lists the states of a message, and the database allows the same", () => {
  expect(codesUnder("Where a message stands").map(([code]) => code)).toEqual([...MESSAGE_STATES]);
  const schema = readFileSync(new URL("../../src/store/migrations/0001_ground.sql", import.meta.url), "utf8");
  const [, allowed = ""] = /messages_state_is_known check \(state in \(([^)]+)\)\)/.exec(schema) ?? [];
  expect(allowed.replaceAll("'", "").split(", ").toSorted()).toEqual(MESSAGE_STATES.toSorted());
});

test("docs/messages.md lists every reason why nothing was sent", () => {
  expect(codesUnder("Why nothing was sent").map(([code]) => code)).toEqual([...SUPPRESSIONS]);
});

test("docs/messages.md says of each refusal whether it is tried again", () => {
  const [again = [], never = []] = codesUnder("When a gateway refuses").map(([codes = ""]) => codes.split(", "));
  const isTriedAgain = (kind: string) =>
    nextAttemptAt({ kind: kind as "blocked", retryAfterMs: null }, { attempts: 1, createdAtMs: 0, nowMs: 0 }) !== null;
  expect(again.filter(isTriedAgain)).toEqual(again);
  expect(never.filter(isTriedAgain)).toEqual([]);
  const contract = readFileSync(new URL("../../src/connectors/channels/contract.ts", import.meta.url), "utf8");
  const [, union = ""] = /type RefusalKind =([^;]+);/.exec(contract) ?? [];
  expect([...again, ...never].toSorted()).toEqual(
    [...union.matchAll(/"([a-z_]+)"/g)].map(([, kind = ""]) => kind).toSorted(),
  );
});
