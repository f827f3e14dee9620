import { expect, it } from "vitest";
import { createLivePages, type LiveStream } from "./live-pages.js";

function world() {
  let nowMs = 0;
  let count = 0;
  const live = createLivePages({
    maxStreams: 4,
    maxStreamsPerOrder: 2,
    maxAgeMs: 1_000,
    now: () => nowMs,
    observe: (streams) => {
      count = streams;
    },
  });
  const open = (orderId: string) => {
    const said: string[] = [];
    const stream: LiveStream & { remove?: () => void } = {
      tell: (version) => said.push(`version ${version}`),
      beat: () => said.push("beat"),
      end: () => {
        said.push("end");
        stream.remove?.();
      },
    };
    const remove = live.add(orderId, stream);
    if (remove !== null) stream.remove = remove;
    return { said, isOpen: remove !== null, close: () => stream.remove?.() };
  };
  return { live, open, count: () => count, pass: (ms: number) => (nowMs += ms) };
}

it("tells the pages of an order of its new version, and no others", () => {
  const { live, open } = world();
  const [a, again, b] = [open("a"), open("a"), open("b")];
  live.tell("a", 7);
  expect([a.said, again.said, b.said]).toEqual([["version 7"], ["version 7"], []]);
  live.tellToLook("b");
  live.tellToLook(null);
  expect(b.said).toEqual(["version null", "version null"]);
  a.close();
  live.tell("a", 8);
  expect([a.said.length, again.said.length]).toEqual([2, 3]);
});

it("takes in so many for one order and so many in all, and again when some are closed", () => {
  const { open, count } = world();
  const first = open("a");
  expect([first, open("a"), open("a"), open("b"), open("b"), open("c")].map(({ isOpen }) => isOpen)).toEqual([
    true,
    true,
    false,
    true,
    true,
    false,
  ]);
  expect(count()).toBe(4);
  first.close();
  first.close();
  expect(count()).toBe(3);
  expect(open("c").isOpen).toBe(true);
});

it("beats while a stream is young, ends it when it is old, and all at the end", () => {
  const { live, open, count, pass } = world();
  const old = open("a");
  live.tick();
  pass(600);
  const young = open("a");
  pass(600);
  live.tick();
  expect([old.said, young.said, count()]).toEqual([["beat", "end"], ["beat"], 1]);
  live.endAll();
  expect([young.said.at(-1), count()]).toEqual(["end", 0]);
});
