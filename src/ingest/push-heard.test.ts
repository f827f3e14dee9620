import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it } from "vitest";
import { silentLogger } from "../runtime/logger.js";
import { createPushHeard } from "./push-heard.js";

it("notes a push of each connection at most once a minute", () => {
  let nowMs = 1_000_000;
  const noted: [string, number][] = [];
  const note = async (id: string, at: Date) => void noted.push([id, at.getTime()]);
  const heard = createPushHeard({ note, now: () => nowMs, log: silentLogger });
  heard("a");
  heard("b");
  nowMs += 59_999;
  heard("a");
  nowMs += 1;
  heard("a");
  expect(noted).toEqual([
    ["a", 1_000_000],
    ["b", 1_000_000],
    ["a", 1_060_000],
  ]);
});

it("notes the next push when a note failed", async () => {
  let works = false;
  const noted: string[] = [];
  const note = async (id: string) => {
    if (!works) throw new Error("The database is away.");
    noted.push(id);
  };
  const heard = createPushHeard({ note, now: () => 0, log: silentLogger });
  heard("a");
  await nextTurn();
  works = true;
  heard("a");
  expect(noted).toEqual(["a"]);
});
