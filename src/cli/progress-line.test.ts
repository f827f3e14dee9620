import { expect, test } from "vitest";
import { progressLine } from "./progress-line.js";

function collector(isTTY: boolean) {
  const written: string[] = [];
  return { written, stream: { isTTY, write: (text: string) => written.push(text) } };
}

test("on a terminal a bar grows in one place, not more often than the eye needs, and its end is always shown", () => {
  const { written, stream } = collector(true);
  let nowMs = 0;
  const line = progressLine(stream, () => nowMs);
  line.show("reading", 1, 4);
  line.show("reading", 2, 4);
  nowMs += 100;
  line.show("reading", 3, 4);
  line.show("reading", 4, 4);
  line.clear();
  line.clear();
  expect(written).toEqual([
    "\r\u001b[Kreading [######------------------] 1 of 4",
    "\r\u001b[Kreading [##################------] 3 of 4",
    "\r\u001b[Kreading [########################] 4 of 4",
    "\r\u001b[K",
  ]);
});

test("into a pipe nothing is written", () => {
  const { written, stream } = collector(false);
  const line = progressLine(stream, () => 0);
  line.show("reading", 1, 1);
  line.clear();
  expect(written).toEqual([]);
});
