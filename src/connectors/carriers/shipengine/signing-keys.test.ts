import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { HttpError, type HttpRequest, type HttpResponse } from "../../../runtime/http-client.js";
import { bytes, makeKey, refusal } from "./fixtures/bodies.js";
import { SHIPENGINE_KEYS } from "./signing-keys.js";

const key = makeKey();
const published = { ...key.publicKey, kid: key.id };

function fetchFrom(answer: Partial<HttpResponse> | HttpError, credentials = {}) {
  const requests: HttpRequest[] = [];
  const keys = SHIPENGINE_KEYS.fetch({
    credentials: { apiKey: "made-up-production-key", ...credentials },
    http: async (request) => {
      requests.push(request);
      if (answer instanceof HttpError) throw answer;
      return { status: 200, headers: {}, body: bytes({}), ...answer };
    },
    now: () => 0,
    signal: new AbortController().signal,
  });
  return { keys, requests };
}

const listed = async (keys: unknown) => [...(await fetchFrom({ body: bytes({ keys }) }).keys).keys()];

test("keys are fetched from ShipEngine, or from where the connection says, without our own key", async () => {
  const { keys, requests } = fetchFrom({ body: bytes({ keys: [published] }) });
  const { kty, n, e, use, alg } = key.publicKey;
  expect(await keys).toEqual(new Map([[key.id, { kty, n, e, use, alg }]]));
  expect(requests).toMatchObject([{ method: "GET", url: "https://api.shipengine.com/jwks", timeoutMs: 5_000 }]);
  expect(requests[0]?.maxBytes).toBeLessThanOrEqual(64 * 1024);
  expect(requests[0]?.signal).toBeDefined();
  expect(JSON.stringify(requests)).not.toContain("made-up-production-key");
  const local = fetchFrom({ body: bytes({ keys: [published] }) }, { jwksUrl: "http://127.0.0.1:4080/jwks" });
  await local.keys;
  expect(local.requests[0]?.url).toBe("http://127.0.0.1:4080/jwks");
});

test("an address that anybody on the way could answer for is not asked", async () => {
  for (const jwksUrl of ["http://keys.example/jwks", "file:///etc/passwd", "keys.example", "https://"]) {
    const { keys, requests } = fetchFrom({}, { jwksUrl });
    await expect(keys, jwksUrl).rejects.toMatchObject({ name: "CarrierCallError", kind: "rejected" });
    expect(requests).toEqual([]);
  }
});

test("keys that are not for such signatures are left out, and of two with one id the first counts", async () => {
  const other = makeKey();
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" });
  const short = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({ format: "jwk" });
  const odd = [
    { ...ec, kid: "ec" },
    { ...short, kid: "short" },
    { ...published, kid: "pss", alg: "PS256" },
    { ...published, kid: "encryption", use: "enc" },
    { kty: "oct", k: "c2VjcmV0", kid: "shared" },
    { ...published, kid: "" },
    { ...published, kid: 42 },
    { ...published, kid: "padded", n: `${"A".repeat(300)}${short.n}` },
    { ...published, kid: "endless", n: "x".repeat(5_000) },
    null,
    "key",
  ];
  expect(await listed([...odd, published, { ...other.publicKey, kid: key.id }])).toEqual([key.id]);
  const { kty, n, e } = key.publicKey;
  expect(await listed([{ kty, n, e, kid: "plain" }])).toEqual(["plain"]);
});

test("the number of keys is bounded", async () => {
  const many = Array.from({ length: 100 }, (_, i) => ({ ...published, kid: `key-${i}` }));
  expect(await listed(many)).toHaveLength(32);
});

test.each([
  [
    { status: 429, headers: { "retry-after": "30" } },
    { kind: "rate_limited", retryAfterMs: 30_000 },
  ],
  [{ status: 503 }, { kind: "unavailable" }],
  [{ status: 401, body: bytes(refusal("unauthorized")) }, { kind: "unauthorized" }],
  [{ status: 404 }, { kind: "rejected" }],
  [{ body: bytes("<html>Maintenance</html>") }, { kind: "unreadable" }],
  [{ body: bytes({ keys: [] }) }, { kind: "unreadable" }],
  [{ body: bytes({ keys: { kid: "x" } }) }, { kind: "unreadable" }],
  [new HttpError("timeout", "Too slow.", true), { kind: "unavailable" }],
  [new HttpError("too_large", "Too large.", true), { kind: "unreadable" }],
])("%j is a failed call", async (answer, failure) => {
  await expect(fetchFrom(answer).keys).rejects.toMatchObject({ name: "CarrierCallError", ...failure });
});
