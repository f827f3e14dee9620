import { setTimeout as delay } from "node:timers/promises";
import { Agent, request } from "undici";
import { fedexSignature } from "../../src/sandbox/fedex/push.js";
import type { SignedPush } from "../../src/sandbox/signed-push.js";

/** As many of the patient as of the others, each with a connection. */
export const SENDERS = 8;
const PAUSE_MS = 100;
/** The most that a refused push waits, whatever it was asked to: tests have no time. */
const LONGEST_WAIT_MS = 1_000;

/** What senders were answered. */
export interface Answers {
  /** Answers by status; 0: none came. */
  readonly counts: Record<number, number>;
  /** Answers other than 200 that did not say when to come back. */
  withoutRetryAfter: number;
  slowestMs: number;
}

/** Pushes made up without end. */
export interface Senders {
  /** What was answered since this was asked last. */
  take(): Answers;
  /** Pushes of the patient that were refused and not taken yet. */
  waiting(): number;
  /** Pushes of the patient that were taken in the end. */
  taken(): number;
  /** Sends nothing new. The patient go on with what was refused. */
  stop(): Promise<void>;
}

/**
 * Carriers that push to `url` all the time: patient ones small bodies until they are taken, others bodies of `bytes` once, whatever
 * comes of it.
 */
export function startSenders(url: string, secret: string, bytes: number): Senders {
  const agent = new Agent({ connections: SENDERS * 2 });
  let answers = none();
  let stopping = false;
  let serial = 0;
  let waiting = 0;
  let taken = 0;
  const busy = [...Array.from({ length: SENDERS }, sendPatiently), ...Array.from({ length: SENDERS }, sendLargeOnes)];
  return {
    take() {
      const since = answers;
      answers = none();
      return since;
    },
    waiting: () => waiting,
    taken: () => taken,
    async stop() {
      stopping = true;
      await Promise.all(busy);
      await agent.close();
    },
  };

  async function sendPatiently(): Promise<void> {
    while (!stopping) {
      const push = makePush(0);
      waiting += 1;
      for (let waitMs = await send(push); waitMs !== null; waitMs = await send(push)) await delay(waitMs);
      waiting -= 1;
      taken += 1;
      await delay(PAUSE_MS);
    }
  }

  async function sendLargeOnes(): Promise<void> {
    while (!stopping) {
      await send(makePush(bytes));
      await delay(PAUSE_MS);
    }
  }

  /** An authentic body that speaks of no parcel is stored like any other, and reading it costs the test's machine little. */
  function makePush(bytesMore: number): SignedPush {
    serial += 1;
    const said = {
      transactionId: `load-${serial}`,
      output: { completeTrackResults: [] },
      remark: "x".repeat(bytesMore),
    };
    const body = Buffer.from(JSON.stringify(said));
    return { body, headers: { "content-type": "application/json", "fdx-signature": fedexSignature(secret, body) } };
  }

  /** Null when it was taken, else how long to wait. */
  async function send({ headers, body }: SignedPush): Promise<number | null> {
    const startedAt = performance.now();
    let status = 0;
    let retryAfter: unknown;
    try {
      const answer = await request(url, { method: "POST", headers, body, dispatcher: agent });
      await answer.body.dump();
      status = answer.statusCode;
      retryAfter = answer.headers["retry-after"];
    } catch {
      // No answer at all: counted under 0.
    }
    answers.counts[status] = (answers.counts[status] ?? 0) + 1;
    answers.slowestMs = Math.max(answers.slowestMs, performance.now() - startedAt);
    if (status === 200) return null;
    if (!(Number(retryAfter) > 0)) answers.withoutRetryAfter += 1;
    return LONGEST_WAIT_MS;
  }
}

function none(): Answers {
  return { counts: {}, withoutRetryAfter: 0, slowestMs: 0 };
}
