import { describe, expect, it } from "vitest";
import { type CarrierProfile, openCarrierStage } from "./carrier-profile.js";
import { voidShipment } from "./orders.js";

const SOON = { everyMs: 5_000, withinMs: 10 * 60_000 };

/** Proves for a carrier that lets numbers go that it pushes one no more that was voided, and the others as before. */
export function proveEnding(profile: CarrierProfile): void {
  describe(`${profile.carrier}: a parcel that was voided`, () => {
    it("is not pushed any more, while its neighbours are", async () => {
      const stage = await openCarrierStage(profile);
      const { world } = stage;
      try {
        const store = await stage.addStore("pushed");
        const register = async () => {
          const trackingNumber = stage.parcel("straight");
          return { trackingNumber, id: await stage.order(store, trackingNumber) };
        };
        const isActive = ({ trackingNumber }: { readonly trackingNumber: string }) =>
          world.sandbox
            .subscriptions(profile.carrier)
            .some((one) => one.active && one.trackingNumber === trackingNumber);
        const look = () => world.subscribe();
        const voided = await register();
        await stage.until(() => isActive(voided), look, SOON);
        const neighbour = await register();
        await stage.until(() => isActive(neighbour), look, SOON);
        await voidShipment(world.db, store.id, voided.id);
        await stage.until(() => !isActive(voided), look, SOON);
        expect(isActive(neighbour)).toBe(true);
        expect((await world.show(store, voided.id)).listening.state).toBe("none");
        const taken = world.sandbox.pushes().taken;
        stage.advance(voided.trackingNumber, 2);
        await world.settle();
        expect(world.sandbox.pushes().taken).toBe(taken);
        stage.advance(neighbour.trackingNumber, 2);
        await world.settle();
        expect(world.sandbox.pushes().taken).toBe(taken + 2);
      } finally {
        await world.stop();
      }
    });
  });
}
