import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FaultKind, FaultyCall } from "../../src/sandbox/faults.js";
import { setConnectionEnabled } from "../../src/store/connection-changes.js";
import { listParkedMessages } from "../../src/store/parked-messages.js";
import { type CarrierProfile, type CarrierStage, openCarrierStage } from "./carrier-profile.js";
import type { WorldStore } from "./carrier-world.js";
import { comparedToFacts } from "./timeline-agreement.js";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const RETRY_AFTER_SECONDS = 300;
/** How long a carrier is left alone that broke down, or refused us. */
const LEFT_ALONE_MS = 10 * MINUTE_MS;
/** How long after the first 429 that does not say. */
const UNSAID_WAIT_MS = MINUTE_MS;
const SOON = { everyMs: 5 * SECOND_MS, withinMs: 2 * MINUTE_MS };
const SUBSCRIBING = { everyMs: 2 * MINUTE_MS, withinMs: 4 * HOUR_MS };
const SOME_TIME = { everyMs: 30 * MINUTE_MS, withinMs: 26 * HOUR_MS };
const NOTHING_WRONG = { missing: [], doubled: [] };

/** Proves for a carrier that calls which go wrong cost time, and nothing else. */
export function proveFaults(profile: CarrierProfile): void {
  const { carrier, asking, access } = profile;
  const isToken = ({ path }: { readonly path: string }) => path.endsWith("token");
  const waitMs = profile.saysHowLong ? RETRY_AFTER_SECONDS * SECOND_MS : UNSAID_WAIT_MS;

  describe(`${carrier}: calls that go wrong`, () => {
    let stage: CarrierStage;
    let store: WorldStore;
    const stores: WorldStore[] = [];

    beforeAll(async () => {
      stage = await openCarrierStage(profile);
    });
    beforeEach(async () => {
      store = await open("polled");
    });
    // What this test left to be asked about is no business of the next.
    afterEach(async () => {
      stage.world.sandbox.faults.clear();
      for (const { connectionId } of stores.splice(0))
        await setConnectionEnabled(stage.world.db.pool, connectionId, false);
    });
    afterAll(() => stage.world.stop());

    async function open(how: "pushed" | "polled"): Promise<WorldStore> {
      const opened = await stage.addStore(how);
      stores.push(opened);
      return opened;
    }
    /** Registers a parcel that has arrived, or has come as far as the first `steps`. */
    async function order(in_: WorldStore = store, steps?: number): Promise<Ordered> {
      const trackingNumber = stage.parcel("straight");
      stage.advance(trackingNumber, steps);
      return { trackingNumber, id: await stage.order(in_, trackingNumber) };
    }
    function inject(kind: FaultKind, call: FaultyCall = asking.counts, calls = 1): void {
      stage.world.sandbox.faults.inject({
        carrier,
        call,
        kind,
        calls,
        retryAfterSeconds: RETRY_AFTER_SECONDS,
        delayMs: 0,
      });
    }
    const poll = () => stage.world.poll();
    const statuses = ({ trackingNumber }: Ordered) => stage.asked(trackingNumber).map(({ status }) => status);
    const isAnswered = (parcel: Ordered) => statuses(parcel).at(-1) === 200;
    const untilAnswered = (parcel: Ordered) => stage.until(() => isAnswered(parcel), poll, SOON);
    const tokenCalls = () => stage.world.calls.filter(isToken).length;
    async function wrongWith({ trackingNumber, id }: Ordered, in_: WorldStore = store) {
      const facts = stage.world.sandbox.parcels().find((parcel) => parcel.trackingNumber === trackingNumber)?.scans;
      const { missing, doubled } = comparedToFacts(await stage.world.timeline(in_, id), facts ?? []);
      return { missing, doubled };
    }
    /** Lets so much time pass but a moment, with looks in between; what is left to do is done in the next look. */
    async function passWithLooks(ms: number): Promise<void> {
      for (const part of [0.3, 0.3, 0.4]) {
        await stage.world.pass(Math.floor(part * ms) - SECOND_MS);
        await poll();
      }
      await stage.world.pass(4 * SECOND_MS);
    }

    if (access === "token")
      it("renews a refused token once, and asks again with it", async () => {
        const first = await order();
        await untilAnswered(first);
        const before = tokenCalls();
        inject("expired_token");
        const second = await order();
        await untilAnswered(second);
        expect(statuses(second)).toEqual([401, 200]);
        const third = await order();
        await untilAnswered(third);
        expect(tokenCalls() - before).toBe(1);
        for (const parcel of [first, second, third]) expect(await wrongWith(parcel)).toEqual(NOTHING_WRONG);
      });
    else
      it("leaves the carrier alone for a while that refuses the key, and goes on", async () => {
        inject("expired_token");
        const parcel = await order();
        await poll();
        await passWithLooks(LEFT_ALONE_MS);
        expect(statuses(parcel)).toEqual([401]);
        await untilAnswered(parcel);
        expect(statuses(parcel)).toEqual([401, 200]);
        expect(await wrongWith(parcel)).toEqual(NOTHING_WRONG);
      });

    it("waits as long as the carrier says that was asked too often, while other connections go on", async () => {
      inject("rate_limited");
      const parcel = await order();
      await poll();
      expect(statuses(parcel)).toEqual([429]);
      const [otherStore, sameConnection] = [await open("polled"), await order()];
      const elsewhere = await order(otherStore);
      await poll();
      expect(statuses(elsewhere)).toEqual([200]);
      await passWithLooks(waitMs);
      expect([statuses(parcel), statuses(sameConnection)]).toEqual([[429], []]);
      await untilAnswered(parcel);
      await untilAnswered(sameConnection);
      expect(statuses(parcel)).toEqual([429, 200]);
      expect(await wrongWith(parcel)).toEqual(NOTHING_WRONG);
      expect(await wrongWith(sameConnection)).toEqual(NOTHING_WRONG);
      expect(await wrongWith(elsewhere, otherStore)).toEqual(NOTHING_WRONG);
    });

    it("leaves a carrier alone that breaks down, each time anew, until it is back", async () => {
      inject("server_error", asking.counts, 2);
      const parcel = await order();
      await poll();
      await passWithLooks(LEFT_ALONE_MS);
      expect(statuses(parcel)).toHaveLength(1);
      await poll();
      await passWithLooks(LEFT_ALONE_MS);
      expect(statuses(parcel)).toHaveLength(2);
      await untilAnswered(parcel);
      expect(statuses(parcel).map((status) => (status ?? 0) >= 500)).toEqual([true, true, false]);
      expect(await wrongWith(parcel)).toEqual(NOTHING_WRONG);
    });

    it("asks again after an answer that was cut off", async () => {
      inject("truncated");
      const parcel = await order();
      const isWhole = async () => (await wrongWith(parcel)).missing.length === 0;
      await poll();
      expect(await isWhole()).toBe(false);
      await stage.until(isWhole, poll, SOME_TIME);
      expect(statuses(parcel)).toEqual([200, 200]);
      expect(await wrongWith(parcel)).toEqual(NOTHING_WRONG);
      expect((await listParkedMessages(stage.world.db.pool, 10)).length).toBeLessThanOrEqual(1);
    });

    if (access === "token")
      it("comes back to a parcel for which it got no token", async () => {
        inject("server_error", "token");
        const parcel = await order();
        await poll();
        await passWithLooks(LEFT_ALONE_MS);
        expect(statuses(parcel)).toEqual([]);
        inject("rate_limited", "token");
        await poll();
        await passWithLooks(waitMs);
        expect(statuses(parcel)).toEqual([]);
        await untilAnswered(parcel);
        expect(await wrongWith(parcel)).toEqual(NOTHING_WRONG);
      });

    it("subscribes in the end, whatever goes wrong on the way", async () => {
      const pushed = await open("pushed");
      const parcel = await order(pushed, 3);
      await untilAnswered(parcel);
      const begun = stage.world.calls.length;
      for (const kind of ["rate_limited", "server_error", "expired_token", "truncated"] as const)
        inject(kind, "subscribe");
      const isSubscribed = async () => (await stage.world.show(pushed, parcel.id)).listening.state === "subscribed";
      const look = async () => {
        await stage.world.subscribe();
        await poll();
      };
      await stage.until(isSubscribed, look, SUBSCRIBING);
      expect(stage.world.sandbox.faults.waiting()).toEqual([]);
      const calls = stage.world.calls.slice(begun);
      const refused = calls.findIndex(({ status }) => status === 429);
      const [first, next] = calls.slice(refused);
      expect((next?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(waitMs);
      const [, renewal, again] = calls.slice(calls.findIndex(({ status }) => status === 401));
      if (access === "token") expect([renewal, again].map((call) => call && isToken(call))).toEqual([true, false]);
      expect(await wrongWith(parcel, pushed)).toEqual(NOTHING_WRONG);
    });
  });
}

interface Ordered {
  readonly trackingNumber: string;
  readonly id: string;
}
