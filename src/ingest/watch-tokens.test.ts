import { expect, test } from "vitest";
import { passingTokens, watchTokens } from "./watch-tokens.js";

const TOKEN = { value: "first", expiresAt: 1 };
const obtain = async () => TOKEN;
const refuse = async () => {
  throw new Error("No.");
};

test("a token that was obtained is new, and one that was there already is kept", async () => {
  const tokens = passingTokens();
  const [first, second] = [watchTokens(), watchTokens()];
  expect(first.origin()).toBe("none");
  await first.watch(tokens).get(obtain);
  await second.watch(tokens).get(obtain);
  expect([first.origin(), second.origin()]).toEqual(["new", "kept"]);
});

test("a token that the carrier did not give is refused, also when one was kept before", async () => {
  const tokens = passingTokens();
  const watch = watchTokens();
  await tokens.get(obtain);
  const watched = watch.watch(tokens);
  await watched.get(obtain);
  await expect(watched.refresh(TOKEN, refuse)).rejects.toThrow("No.");
  expect(watch.origin()).toBe("refused");
});
