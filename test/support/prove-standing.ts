import { describe, expect, it } from "vitest";
import { type CarrierProfile, openCarrierStage } from "./carrier-profile.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Longer than any carrier's subscription lasts by itself. */
const SILENT_DAYS = 40;
const SOON = { everyMs: 5_000, withinMs: 10 * 60_000 };

/** Proves for a carrier whose subscriptions end by themselves that one of a parcel that nobody scans never does. */
export function proveStanding(profile: CarrierProfile): void {
  describe(`${profile.carrier}: a parcel that nobody scans`, () => {
    it(`is subscribed at the carrier throughout ${SILENT_DAYS} days`, async () => {
      const stage = await openCarrierStage(profile);
      const { world } = stage;
      try {
        const store = await stage.addStore("pushed");
        const trackingNumber = stage.parcel("label-only");
        await stage.order(store, trackingNumber);
        const isActive = () =>
          world.sandbox
            .subscriptions(profile.carrier)
            .some((one) => one.active && one.trackingNumber === trackingNumber);
        const look = () => world.subscribe();
        await stage.until(isActive, look, SOON);
        const lapsedAfterDays: number[] = [];
        for (let passedMs = 0; passedMs < SILENT_DAYS * DAY_MS; passedMs += 12 * HOUR_MS) {
          await world.pass(12 * HOUR_MS);
          // Before the look, or it would hide what it mends.
          if (!isActive()) lapsedAfterDays.push(passedMs / DAY_MS);
          await look();
        }
        expect(lapsedAfterDays).toEqual([]);
      } finally {
        await world.stop();
      }
    });
  });
}
