import { EventEmitter } from "node:events";
import { describe, expect, test } from "vitest";
import { createLifecycle, handleProcessEvents } from "./lifecycle.js";
import { createLogger } from "./logger.js";
import type { StartTimer } from "./timer.js";

/** A lifecycle whose clock moves by hand: `expire` ends the wait that is under way. */
function given() {
  const lines: string[] = [];
  const log = createLogger({ level: "debug", destination: { write: (line) => void lines.push(line) } });
  const waits: { readonly delayMs: number; readonly callback: () => void }[] = [];
  let nowMs = 0;
  const start: StartTimer = (callback, delayMs) => {
    waits.push({ delayMs, callback });
    return () => {};
  };
  const lifecycle = createLifecycle({ log, now: () => nowMs, deadlineMs: 1000, start });
  const events = new EventEmitter();
  const exits: number[] = [];
  const exited = new EventEmitter();
  const exit = (code: number) => {
    exits.push(code);
    exited.emit("exit");
  };
  const unhook = handleProcessEvents({ lifecycle, log, now: () => nowMs, events, exit });
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { lifecycle, lines, waits, events, exits, exited, unhook, pass };
}

const forever = () => new Promise<void>(() => {});

describe("the stop", () => {
  test("runs what was started last first, one after the other", async () => {
    const { lifecycle } = given();
    const order: string[] = [];
    for (const name of ["database", "workers", "server"]) {
      lifecycle.onStop(name, async () => {
        order.push(`${name} begins`);
        await Promise.resolve();
        order.push(`${name} ends`);
      });
    }
    expect(await lifecycle.stop("test")).toBe(true);
    expect(order).toEqual([
      "server begins",
      "server ends",
      "workers begins",
      "workers ends",
      "database begins",
      "database ends",
    ]);
  });

  test("tells everybody before it begins, and happens once", async () => {
    const { lifecycle } = given();
    const seen: boolean[] = [];
    lifecycle.onStop("a", () => void seen.push(lifecycle.stopping.aborted));
    expect(lifecycle.stopping.aborted).toBe(false);
    await Promise.all([lifecycle.stop("one"), lifecycle.stop("two")]);
    expect(seen).toEqual([true]);
  });

  test("a stopper that fails does not keep the others from theirs", async () => {
    const { lifecycle, lines } = given();
    const order: string[] = [];
    lifecycle.onStop("first", () => void order.push("first"));
    lifecycle.onStop("broken", () => {
      throw new Error("jammed");
    });
    expect(await lifecycle.stop("test")).toBe(false);
    expect(order).toEqual(["first"]);
    expect(lines.join("")).toContain("jammed");
  });

  test("all stoppers share one deadline, and the log names who used it up and who had no turn", async () => {
    const { lifecycle, waits, lines, pass } = given();
    lifecycle.onStop("database", forever);
    lifecycle.onStop("stuck", () => {
      queueMicrotask(() => queueMicrotask(() => waits.at(-1)?.callback()));
      return forever();
    });
    lifecycle.onStop("slow", () => pass(700));
    expect(await lifecycle.stop("test")).toBe(false);
    expect(waits.map(({ delayMs }) => delayMs)).toEqual([1000, 300]);
    expect(lines.join("")).toContain('"left":["stuck","database"]');
  });

  test("what is started while stopping is stopped too", async () => {
    const { lifecycle } = given();
    const order: string[] = [];
    lifecycle.onStop("a", () => lifecycle.onStop("late", () => void order.push("late")));
    await lifecycle.stop("test");
    expect(order).toEqual(["late"]);
  });
});

describe("the process", () => {
  test("a first signal stops cleanly and exits 0", async () => {
    const { lifecycle, events, exits, exited } = given();
    const order: string[] = [];
    lifecycle.onStop("a", () => void order.push("a"));
    const gone = new Promise((resolve) => exited.once("exit", resolve));
    events.emit("SIGTERM", "SIGTERM");
    await gone;
    expect({ order, exits }).toEqual({ order: ["a"], exits: [0] });
  });

  test("a stop that did not go well exits 1", async () => {
    const { lifecycle, events, exits, exited } = given();
    lifecycle.onStop("a", () => Promise.reject(new Error("x")));
    const gone = new Promise((resolve) => exited.once("exit", resolve));
    events.emit("SIGINT", "SIGINT");
    await gone;
    expect(exits).toEqual([1]);
  });

  test("a second signal exits at once", () => {
    const { lifecycle, events, exits, pass } = given();
    lifecycle.onStop("stuck", forever);
    events.emit("SIGTERM", "SIGTERM");
    pass(500);
    expect(exits).toEqual([]);
    events.emit("SIGINT", "SIGINT");
    expect(exits).toEqual([130]);
  });

  test("a keystroke that arrives twice, from the terminal and from npm, counts once", () => {
    const { lifecycle, events, exits, pass } = given();
    lifecycle.onStop("stuck", forever);
    events.emit("SIGINT", "SIGINT");
    pass(499);
    events.emit("SIGINT", "SIGINT");
    expect(exits).toEqual([]);
  });

  test.each(["uncaughtException", "unhandledRejection"])("an %s is logged and exits 1", (event) => {
    const { events, exits, lines } = given();
    events.emit(event, new Error("nobody caught token=pl4nted"));
    expect(exits).toEqual([1]);
    expect(lines.join("")).toContain("nobody caught");
    expect(lines.join("")).not.toContain("pl4nted");
  });

  test("the handlers can be taken away", () => {
    const { events, unhook } = given();
    unhook();
    expect(events.eventNames()).toEqual([]);
  });
});
