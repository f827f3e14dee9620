import { expect, test } from "vitest";
import { SealError, sealingKey, sealSecret } from "../runtime/sealing.js";
import { openCredentials, sealCredentials } from "./open-credentials.js";

const RING = { current: sealingKey(Buffer.alloc(32, 1)), old: [] };
const OTHER_RING = { current: sealingKey(Buffer.alloc(32, 2)), old: [] };
const CREDENTIALS = { clientId: "shop-one", clientSecret: "grass under snow" };

test("what was sealed for a connection opens for it, also after the key was replaced", () => {
  const credentialsSealed = sealCredentials(RING, "con_1", CREDENTIALS);
  const replaced = { current: OTHER_RING.current, old: [RING.current] };
  expect(openCredentials(RING, { id: "con_1", credentialsSealed })).toEqual(CREDENTIALS);
  expect(openCredentials(replaced, { id: "con_1", credentialsSealed })).toEqual(CREDENTIALS);
  expect(credentialsSealed.toString("latin1")).not.toContain("grass");
});

test("neither another connection nor another key opens them", () => {
  const credentialsSealed = sealCredentials(RING, "con_1", CREDENTIALS);
  expect(() => openCredentials(RING, { id: "con_2", credentialsSealed })).toThrow(SealError);
  expect(() => openCredentials(OTHER_RING, { id: "con_1", credentialsSealed })).toThrow(/WAYBILL_SECRET_KEYS_OLD/);
});

test("a seal under the installation's own key, made for nothing in particular, is not taken for credentials", () => {
  const credentialsSealed = Buffer.from(sealSecret(RING, JSON.stringify(CREDENTIALS), "connection:con_1"));
  expect(() => openCredentials(RING, { id: "con_1", credentialsSealed })).toThrow(SealError);
});
