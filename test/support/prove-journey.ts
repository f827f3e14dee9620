import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { replayMilestones } from "../../src/domain/milestones.js";
import { isSubStatus, newsSubStatus } from "../../src/domain/status.js";
import type { TimelineEntry } from "../../src/domain/timeline.js";
import type { CarrierProfile, CarrierStage } from "./carrier-profile.js";
import { openCarrierStage } from "./carrier-profile.js";
import type { ShownShipment, WorldStore } from "./carrier-world.js";
import { comparedToFacts, disagreements } from "./timeline-agreement.js";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** As often as the subscriber looks by itself. */
const SUBSCRIBING = { everyMs: 5 * SECOND_MS, withinMs: 10 * MINUTE_MS };
/** What is pushed is asked about twice a day, and in the morning at the latest. */
const POLLING = { everyMs: 30 * MINUTE_MS, withinMs: 26 * HOUR_MS };

/** Which pushes of a journey get lost beside its last: one alone, and two in a row. */
const LOST: readonly number[] = [1, 4, 5];
const MEANWHILE_AT_STEP = 6;

/** Journeys of the sandbox with an end, and the status in which they end. */
const ENDS = { "failed-attempt": "delivered", returned: "exception" } as const;

/**
 * Proves for a carrier that a parcel whose pushes get lost in part ends like one whose pushes all arrive, once the poller has
 * asked.
 */
export function proveJourney(profile: CarrierProfile, journey: keyof typeof ENDS = "failed-attempt"): void {
  describe(`${profile.carrier}: a journey with gaps (${journey})`, () => {
    let stage: CarrierStage;
    let store: WorldStore;
    let gappy: Parcel;
    let whole: Parcel;

    beforeAll(async () => {
      stage = await openCarrierStage(profile);
      store = await stage.addStore("pushed");
      gappy = await register();
      whole = await register();
      await tellBoth();
    });
    afterAll(() => stage.world.stop());

    async function register(): Promise<Parcel> {
      const trackingNumber = stage.parcel(journey);
      return { trackingNumber, id: await stage.order(store, trackingNumber) };
    }
    const show = ({ id }: Parcel) => stage.world.show(store, id);
    const timeline = ({ id }: Parcel) => stage.world.timeline(store, id);
    const inSandbox = ({ trackingNumber }: Parcel) =>
      stage.world.sandbox.parcels().find((parcel) => parcel.trackingNumber === trackingNumber);
    const factsOf = (parcel: Parcel) => inSandbox(parcel)?.scans ?? [];
    const tellBoth = async () => {
      for (const parcel of [gappy, whole]) await stage.world.outbox.tell((await show(parcel)).orderId);
    };

    it("is subscribed soon after it was registered", async () => {
      const listening = async () => [(await show(gappy)).listening, (await show(whole)).listening];
      const isSubscribed = async () => (await listening()).every(({ state }) => state === "subscribed");
      await stage
        .until(isSubscribed, () => stage.world.subscribe(), SUBSCRIBING)
        .catch(async (error: unknown) => {
          throw new Error(`${String(error)} ${JSON.stringify(await listening())}`);
        });
      expect(await listening()).toMatchObject([
        { state: "subscribed", reason: null },
        { state: "subscribed", reason: null },
      ]);
    });

    it("ends like the journey whose pushes all arrived, when the poller has filled the gaps", async () => {
      const { world } = stage;
      const { sandbox } = world;
      const steps = inSandbox(whole)?.course.steps.length ?? 0;
      for (let step = 0; step < steps; step++) {
        await world.pass(2 * MINUTE_MS);
        if (step === MEANWHILE_AT_STEP) profile.meanwhile?.(sandbox);
        if (LOST.includes(step) || step === steps - 1) sandbox.dropPushes(profile.carrier, 1);
        sandbox.advance(profile.carrier, gappy.trackingNumber);
        sandbox.advance(profile.carrier, whole.trackingNumber);
        await world.settle();
        await tellBoth();
      }
      const [withGaps, pushed] = [await timeline(gappy), await timeline(whole)];
      expect(sandbox.pushes().givenUp).toBe(0);
      expect(comparedToFacts(pushed, factsOf(whole))).toMatchObject({ missing: [], doubled: [] });
      expect(comparedToFacts(withGaps, factsOf(gappy)).missing).not.toEqual([]);
      expect(newsOf(await show(gappy))).not.toBe(newsOf(await show(whole)));

      const pushedUntil = world.now();
      const wasAsked = ({ trackingNumber }: Parcel) =>
        stage.asked(trackingNumber).some(({ status, at }) => status === 200 && at >= pushedUntil);
      const poll = () => world.poll();
      await stage.until(() => wasAsked(gappy) && wasAsked(whole), poll, POLLING);
      await tellBoth();

      const [filled, both] = [await timeline(gappy), await timeline(whole)];
      expect(disagreements(filled, pushed)).toEqual([]);
      expect(disagreements(filled, both)).toEqual([]);
      // What only pushes say (UPS's postal codes) goes lost with them; what was told of twice is still one scan.
      expect(disagreements(both, pushed)).toEqual([]);
      expect(comparedToFacts(filled, factsOf(gappy))).toMatchObject({ missing: [], doubled: [] });
      expect(comparedToFacts(filled, factsOf(gappy)).invented).toEqual(
        comparedToFacts(pushed, factsOf(whole)).invented,
      );
      expect(milestones(filled)).toEqual(milestones(pushed));
      // A token that has run out is renewed before anybody refuses it.
      expect(world.calls.filter(({ status }) => status === 401)).toEqual([]);
      profile.afterwards?.(world.calls);
      expect(standing(await show(gappy))).toEqual(standing(await show(whole)));
    });

    it("ends its log with where it stands, and is told of at most once for each piece of news", async () => {
      for (const parcel of [gappy, whole]) {
        const shipment = await show(parcel);
        const log = shipment.transitions.map(newsOf);
        expect(log.at(-1)).toBe(newsOf(shipment));
        expect(log.filter((news, index) => news === log[index - 1])).toEqual([]);
        const sent = await stage.world.outbox.sent(shipment.orderId);
        expect(new Set(sent.map(({ cause }) => cause)).size).toBe(sent.length);
        expect(sent.map(newsOf)).toEqual(["order_confirmed/confirmed", ...log]);
        expect(sent.at(-1)?.status).toBe(ENDS[journey]);
      }
    });
  });
}

interface Parcel {
  readonly trackingNumber: string;
  readonly id: string;
}

function milestones(timeline: readonly TimelineEntry[]) {
  return replayMilestones(timeline, { destination: null }).map(({ status, subStatus, entry }) => ({
    news: newsOf({ status, subStatus }),
    identity: entry.identity,
  }));
}

function standing({ status, subStatus, ...shown }: ShownShipment) {
  const { statusSince, edd, serviceLevel, shipDate, underlyingCarrier } = shown;
  return { status, subStatus, statusSince, edd, serviceLevel, shipDate, underlyingCarrier };
}

function newsOf({ status, subStatus }: { readonly status: string; readonly subStatus: string }): string {
  return `${status}/${isSubStatus(subStatus) ? newsSubStatus(subStatus) : subStatus}`;
}
