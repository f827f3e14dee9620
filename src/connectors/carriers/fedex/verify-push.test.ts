import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { bytes } from "./fixtures/bodies.js";
import { verifyFedexPush } from "./verify-push.js";

const rawBody = bytes({ output: { completeTrackResults: [] } });
const credentials = { pushToken: "token-of-today", previousPushToken: "token-of-yesterday" };

function accepts(
  token: string,
  encoding: "base64" | "hex",
  known: Readonly<Record<string, string>> = credentials,
): boolean {
  const signature = createHmac("sha256", token).update(rawBody).digest(encoding);
  return verifyFedexPush({ rawBody, headers: { "fdx-signature": signature } }, known);
}

test("the signature is taken in Base64 and in hex, under the present and the previous token", () => {
  for (const token of Object.values(credentials)) {
    expect(accepts(token, "base64")).toBe(true);
    expect(accepts(token, "hex")).toBe(true);
  }
});

test("a token that was removed signs nothing any more", () => {
  expect(accepts("token-of-yesterday", "base64", { pushToken: "token-of-today", previousPushToken: "" })).toBe(false);
  expect(accepts("", "base64", { pushToken: "", previousPushToken: "" })).toBe(false);
});
