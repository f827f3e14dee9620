import { type BurstCarrier, type BurstPush, buildBurst } from "../../src/sandbox/burst.js";

/** A signed push about a parcel of its own. Another `serial` gives another parcel. */
export function onePush(carrier: BurstCarrier, secret: string, serial: number): BurstPush {
  const [push] = buildBurst({
    carrier,
    pushes: 1,
    parcels: 1,
    seed: serial,
    secret,
    endAt: Date.now(),
    firstSerial: serial,
  }).pushes;
  if (push === undefined) throw new Error("A burst of one has one push.");
  return push;
}
