import { expect, test } from "vitest";
import { answerUspsChallenge } from "./answer-challenge.js";

const posted = (body: unknown) => ({ headers: {}, rawBody: Buffer.from(JSON.stringify(body)) });

test("a challenge is said back as it is", () => {
  expect(answerUspsChallenge(posted({ challenge: "a1-b2", subscriptionId: "7" }))).toEqual({ challenge: "a1-b2" });
});

test("a push that names a challenge beside its payload is still a push", () => {
  expect(answerUspsChallenge(posted({ challenge: "a", payload: "{}", timestamp: "2026-11-24T10:00:00Z" }))).toBeNull();
});

test.each([[{ challenge: 7 }], [{ challenge: "x".repeat(1_001) }], [[]], ["challenge"], [{}], [null]])(
  "%j is no challenge",
  (body) => {
    expect(answerUspsChallenge(posted(body))).toBeNull();
  },
);

test("what is no JSON, or too long, is no challenge", () => {
  expect(answerUspsChallenge({ headers: {}, rawBody: Buffer.from("<challenge>") })).toBeNull();
  expect(answerUspsChallenge(posted({ challenge: "a", filler: "x".repeat(9_000) }))).toBeNull();
});
