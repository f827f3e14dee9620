import { afterEach, beforeEach, expect, test } from "vitest";
import type { AccessToken, Carrier, PushRequest, SubscribeContext } from "../../src/connectors/carriers/contract.js";
import { findCarrier } from "../../src/connectors/carriers/registry.js";
import { foldTimeline } from "../../src/domain/fold.js";
import type { Scan } from "../../src/domain/scan.js";
import { scanIdentity } from "../../src/domain/scan-identity.js";
import { buildTimeline } from "../../src/domain/timeline.js";
import { type ClosableHttpClient, createHttpClient } from "../../src/runtime/http-client-undici.js";
import type { DirectCarrier, SandboxCarrier } from "../../src/sandbox/parcel.js";
import { sandboxTrackingNumber } from "../../src/sandbox/tracking-numbers.js";
import {
  pushTarget,
  type ReceivedPush,
  SANDBOX_PUSH_SECRET,
  type StoppedSandbox,
  sandboxCredentials,
  stoppedSandbox,
} from "../support/sandbox.js";

/**
 * Emulators and connectors were written apart from the same documents. Here every connector subscribes a number at the
 * emulator of its carrier, hears the whole journey, and asks for it: both ways have to say the same.
 */
const NOW = Date.parse("2026-11-24T18:00:00Z");
const JOURNEYS: readonly (readonly [string, object])[] = [
  ["straight", { status: "delivered" }],
  ["failed-attempt", { status: "delivered" }],
  ["weather-delay", { status: "delivered" }],
  ["returned", { status: "exception", subStatus: "returned_to_sender" }],
];
const PARCELS: readonly (readonly [SandboxCarrier, DirectCarrier])[] = [
  ["fedex", "fedex"],
  ["ups", "ups"],
  ["usps", "usps"],
  ["dhl", "dhl"],
  ["easypost", "fedex"],
  ["easypost", "usps"],
  ["shipengine", "ups"],
  ["shipengine", "usps"],
];

let world: StoppedSandbox;
let http: ClosableHttpClient;
let closeTarget: () => Promise<void> = async () => {};

beforeEach(async () => {
  world = await stoppedSandbox(NOW);
  http = createHttpClient({ defaultTimeoutMs: 5_000, maxBytes: 1_000_000, userAgent: "test" });
});
afterEach(async () => {
  await world.sandbox.stop();
  await http.close();
  await closeTarget();
});

const cases = PARCELS.flatMap(([carrier, movedBy]) =>
  JOURNEYS.map(([journey, end]) => [carrier, movedBy, journey, end] as const),
);

test.each(cases)("%s about a parcel of %s on the journey %s: both ways say %j", async (code, movedBy, journey, end) => {
  const carrier = findCarrier(code);
  if (carrier === null) throw new Error(`There is no connector for ${code}.`);
  const trackingNumber = sandboxTrackingNumber(movedBy, 7);
  const { context, pushed } = await listen(carrier, code);
  const query = { trackingNumber, carrierUniqueId: null, shipDate: null, carrier: movedBy };
  world.sandbox.register({
    carrier: code,
    ...(code !== movedBy && { movedBy }),
    trackingNumber,
    journey,
    speed: 0,
  });
  await subscribe(carrier, [query], context);
  while (world.sandbox.advance(code, trackingNumber)) await world.sandbox.pushesSettled();
  expect(world.sandbox.pushes()).toMatchObject({ waiting: 0, givenUp: 0 });

  const body = await carrier.poll?.fetch([query], context);
  const polled = carrier.poll?.parse(body ?? new Uint8Array()).trackings.flatMap(({ scans }) => scans) ?? [];
  expect(pushed.length).toBeGreaterThan(0);
  expect(
    [...pushed, ...polled].filter(({ meaning }) => meaning.kind === "unmapped").map(({ carrierText }) => carrierText),
  ).toEqual([]);
  expect([...new Set(pushed.map(scanIdentity))].sort()).toEqual([...new Set(polled.map(scanIdentity))].sort());
  const folds = [pushed, polled, [...polled, ...pushed]].map((scans) =>
    foldTimeline(buildTimeline(scans), { destination: null }),
  );
  expect(folds).toMatchObject([end, end, end]);
  await unsubscribe(carrier, code, query, context);
  expect(world.sandbox.subscriptions(code).filter((one) => one.active)).toEqual([]);
  // A poll may say more than the pushes did (where it was left, who signed), and that wins.
  expect(folds[2]?.subStatus).toBe(folds[1]?.subStatus);
});

/** A hook as the product has it: it answers challenges, activates what asks for it, and takes what is proven. */
async function listen(carrier: Carrier, code: SandboxCarrier) {
  const credentials = sandboxCredentials(world.sandbox, code);
  const pushed: Scan[] = [];
  let kept: AccessToken | null = null;
  let serial = 0;
  const target = await pushTarget(async (received) => {
    const request = requestOf(received);
    const challenge = carrier.push?.challenge?.(request) ?? null;
    if (challenge !== null) return { status: 200, body: JSON.stringify(challenge) };
    const keys = await carrier.push?.signingKeys?.fetch({ credentials, http, now: () => world.now() });
    if (carrier.push?.verify(request, credentials, world.now(), keys) !== true) return { status: 401 };
    const activation = carrier.push.activation?.(request, credentials) ?? null;
    if (activation !== null) return { status: (await http(activation)).status };
    pushed.push(...carrier.push.parse(request.rawBody).trackings.flatMap(({ scans }) => scans));
    return { status: 200 };
  });
  closeTarget = () => target.close();
  if (code === "fedex") world.sandbox.setPortalHook({ kind: "fedex", url: target.url, secret: SANDBOX_PUSH_SECRET });
  const context: SubscribeContext = {
    credentials,
    http,
    hookUrl: target.url,
    now: () => world.now(),
    newId: () => `id-${(serial += 1)}`,
    tokens: {
      get: async (obtain) => (kept ??= await obtain()),
      refresh: async (_stale, obtain) => (kept = await obtain()),
    },
  };
  return { context, pushed };
}

async function subscribe(carrier: Carrier, queries: readonly Query[], context: SubscribeContext): Promise<void> {
  const { subscriptions } = carrier.push ?? {};
  expect(subscriptions?.obstacle(context.credentials, context.hookUrl)).toBeNull();
  await subscriptions?.subscribe(queries, context);
  await world.sandbox.pushesSettled();
  // Said again it renews, and is no error.
  let report = await subscriptions?.subscribe(queries, context);
  for (let asked = 0; asked < 5 && report?.numbers[0]?.outcome === "pending" && report.jobId !== null; asked += 1)
    report = await subscriptions?.check?.(report.jobId, queries, context);
  await world.sandbox.pushesSettled();
  // The challenge or the handshake brings on the next request, so that once is not enough.
  await world.sandbox.pushesSettled();
  expect(report?.numbers).toMatchObject([{ outcome: "subscribed" }]);
}

/** Where a carrier cannot be told (UPS), its time has to pass. */
async function unsubscribe(
  carrier: Carrier,
  code: SandboxCarrier,
  query: Query,
  context: SubscribeContext,
): Promise<void> {
  const { subscriptions } = carrier.push ?? {};
  const { trackingNumber } = query;
  const references = new Set(world.sandbox.subscriptions(code).map(({ id }) => id));
  for (const reference of references)
    await subscriptions?.unsubscribe?.([{ trackingNumber, reference, carrier: query.carrier ?? null }], context);
  world.pass(subscriptions?.unsubscribe === undefined ? 14 * 86_400_000 : 60_000);
}

type Query = Parameters<NonNullable<Carrier["poll"]>["fetch"]>[0][number];

function requestOf({ headers, body }: ReceivedPush): PushRequest {
  const flat = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]);
  return { headers: Object.fromEntries(flat), rawBody: body };
}
