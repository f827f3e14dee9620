import type { Credentials } from "../../src/runtime/credentials.js";
import type { FaultyCall } from "../../src/sandbox/faults.js";
import type { DirectCarrier, SandboxCarrier } from "../../src/sandbox/parcel.js";
import type { Sandbox } from "../../src/sandbox/sandbox.js";
import { type CarrierWorld, startCarrierWorld, type WorldStore } from "./carrier-world.js";
import type { RecordedCall } from "./recorded-calls.js";

/** What tests of journeys and faults need to know of one emulated carrier. */
export interface CarrierProfile {
  readonly carrier: SandboxCarrier;
  /** Of parcels of aggregators: who moves them. Orders name that one. */
  readonly movedBy?: DirectCarrier;
  /** A well-formed number, another for every serial. */
  readonly numberOf: (serial: number) => string;
  /** Settings of a connection that subscribes. */
  readonly credentials: (sandbox: Sandbox) => Credentials;
  /** Settings of a connection that can only poll. */
  readonly pollingCredentials: (sandbox: Sandbox) => Credentials;
  /** Fills in the carrier's portal, where it has one. */
  readonly setUp?: (sandbox: Sandbox, hookUrl: string) => void;
  /** What else happens at the carrier in the middle of a journey. */
  readonly meanwhile?: (sandbox: Sandbox) => void;
  /** What has to be true of the calls of a journey, beyond what is true of every carrier's. */
  readonly afterwards?: (calls: readonly RecordedCall[]) => void;
  /** Which call asks about numbers, and what the sandbox counts it as. */
  readonly asking: { readonly method: "GET" | "POST"; readonly path: RegExp; readonly counts: FaultyCall };
  /** `token`: calls need an access token, which may be renewed. `key`: calls need a key, which the carrier takes or not. */
  readonly access: "token" | "key";
  /** Whether its 429 says how long to wait. */
  readonly saysHowLong: boolean;
}

/** A carrier that a file of tests has to itself. */
export interface CarrierStage {
  readonly world: CarrierWorld;
  addStore(how: "pushed" | "polled"): Promise<WorldStore>;
  /** A parcel that nobody has scanned yet. Returns its number. */
  parcel(journey: string): string;
  /** Lets the next `steps` happen to a parcel (default: all). */
  advance(trackingNumber: string, steps?: number): void;
  /** Registers an order with a parcel. Returns the shipment's id. */
  order(store: WorldStore, trackingNumber: string): Promise<string>;
  /** The calls so far that asked about a number. */
  asked(trackingNumber: string): readonly RecordedCall[];
  /** Takes looks in steps of simulated time until something is so. @throws when it is not within `withinMs` */
  until(
    isSo: () => Promise<boolean> | boolean,
    look: () => Promise<void>,
    pace: { readonly everyMs: number; readonly withinMs: number },
  ): Promise<void>;
}

/** Sets the stage for a carrier. */
export async function openCarrierStage(profile: CarrierProfile): Promise<CarrierStage> {
  const { carrier, movedBy, asking } = profile;
  const world = await startCarrierWorld();
  const { sandbox } = world;
  let serial = 4_000;
  return {
    world,
    addStore(how) {
      const settings = how === "pushed" ? profile.credentials : profile.pollingCredentials;
      return world.addStore(carrier, settings(sandbox), (hookUrl) => {
        if (how === "pushed") profile.setUp?.(sandbox, hookUrl);
      });
    },
    parcel(journey) {
      const trackingNumber = profile.numberOf((serial += 1));
      sandbox.register({ carrier, trackingNumber, journey, speed: 0, ...(movedBy !== undefined && { movedBy }) });
      return trackingNumber;
    },
    advance(trackingNumber, steps = Number.POSITIVE_INFINITY) {
      for (let step = 0; step < steps && sandbox.advance(carrier, trackingNumber); step++) continue;
    },
    async order(store, trackingNumber) {
      return (await world.order(store, { carrier: movedBy ?? carrier, trackingNumber })).id;
    },
    asked: (trackingNumber) =>
      world.calls.filter(
        ({ method, path, text }) => method === asking.method && asking.path.test(path) && text.includes(trackingNumber),
      ),
    async until(isSo, look, { everyMs, withinMs }) {
      const endsAt = world.now() + withinMs;
      for (;;) {
        await look();
        if (await isSo()) return;
        if (world.now() >= endsAt) throw new Error(`It did not come to that within ${withinMs / 60_000} minutes.`);
        await world.pass(everyMs);
      }
    },
  };
}
