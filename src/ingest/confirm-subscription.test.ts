import { expect, test } from "vitest";
import type { HttpRequest } from "../runtime/http-client.js";
import { createLogger } from "../runtime/logger.js";
import { confirmSubscription } from "./confirm-subscription.js";

const request: HttpRequest = {
  method: "POST",
  url: "https://carrier.example/confirm",
  headers: { "x-secret": "s3cret-value" },
};

function confirming(answers: readonly (number | Error)[], signal = new AbortController().signal) {
  const lines: string[] = [];
  let calls = 0;
  const confirmed = confirmSubscription("con_1", request, {
    http: async () => {
      const answer = answers[calls++] ?? new Error("asked too often");
      if (answer instanceof Error) throw answer;
      return { status: answer, headers: {}, body: new Uint8Array() };
    },
    log: createLogger({ level: "debug", destination: { write: (line) => lines.push(line) } }),
    signal,
    sleep: async () => undefined,
  });
  return confirmed.then((taken) => ({ taken, calls, log: lines.join("") }));
}

test("a carrier that is not ready yet is asked again", async () => {
  expect(await confirming([409, new Error("reset"), 200])).toMatchObject({ taken: true, calls: 3 });
});

test("after four refusals it is left to the operator, who is told without the secret", async () => {
  const { taken, calls, log } = await confirming([500, 500, 500, 500, 200]);
  expect([taken, calls]).toEqual([false, 4]);
  expect(log).toContain("could not be confirmed");
  expect(log).not.toContain("s3cret-value");
});

test("a stop ends it", async () => {
  const stopped = new AbortController();
  stopped.abort();
  expect(await confirming([500, 200], stopped.signal)).toMatchObject({ taken: false, calls: 1 });
});
