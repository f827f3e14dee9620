import { setTimeout as delay } from "node:timers/promises";
import { Agent, request } from "undici";
import type { BurstPush } from "../../src/sandbox/burst.js";

const CONCURRENCY = 16;
const ANSWER_WITHIN_MS = 10_000;
/** How long a refused push waits, in the hands of who sent it: a carrier that is refused slows down. */
const AGAIN_AFTER_MS = 250;

/** A carrier that pushes over many connections and sends again what was not acknowledged, however long that takes. */
export interface PushSender {
  add(pushes: readonly BurstPush[]): void;
  /** Pushes that were answered 200. */
  acknowledged(): number;
  /** Attempts that nobody took: no answer, or another one than 200. */
  refused(): number;
  /** Pushes not acknowledged yet, those under way included. */
  waiting(): number;
  /** Sends nothing any more. */
  stop(): Promise<void>;
}

/** `hooks`: where pushes can be delivered now, all addresses alike: whoever gets no 200 from one tries the next. */
export function createPushSender(hooks: () => readonly string[]): PushSender {
  const agent = new Agent({
    connections: CONCURRENCY,
    headersTimeout: ANSWER_WITHIN_MS,
    bodyTimeout: ANSWER_WITHIN_MS,
  });
  const line: BurstPush[] = [];
  const counts = { acknowledged: 0, refused: 0, underWay: 0, turn: 0 };
  let stopped = false;

  function sendOn(): void {
    while (!stopped && counts.underWay < CONCURRENCY) {
      const push = line.shift();
      if (push === undefined) return;
      counts.underWay += 1;
      void send(push);
    }
  }

  async function send(push: BurstPush): Promise<void> {
    const taken = await deliver(push);
    counts.underWay -= 1;
    if (taken) counts.acknowledged += 1;
    else line.push(push);
    sendOn();
  }

  async function deliver(push: BurstPush): Promise<boolean> {
    const targets = hooks();
    const first = counts.turn++;
    for (let offset = 0; offset < targets.length; offset += 1) {
      const target = targets[(first + offset) % targets.length];
      if (target !== undefined && (await isTaken(push, target))) return true;
      counts.refused += 1;
    }
    await delay(AGAIN_AFTER_MS);
    return false;
  }

  async function isTaken({ headers, body }: BurstPush, target: string): Promise<boolean> {
    try {
      const answer = await request(target, { method: "POST", headers, body, dispatcher: agent });
      await answer.body.dump();
      return answer.statusCode === 200;
    } catch {
      return false;
    }
  }

  return {
    add(pushes) {
      line.push(...pushes);
      sendOn();
    },
    acknowledged: () => counts.acknowledged,
    refused: () => counts.refused,
    waiting: () => line.length + counts.underWay,
    async stop() {
      stopped = true;
      await agent.destroy();
    },
  };
}
