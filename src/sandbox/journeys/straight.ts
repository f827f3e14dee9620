import type { Course, Journey } from "../journey.js";
import { CHARLOTTE, KNOXVILLE, NASHVILLE } from "../towns.js";

/** Nashville to Charlotte by road, delivered on the second day within the promised window. Other stories vary it. */
export const NASHVILLE_TO_CHARLOTTE: Course = {
  origin: NASHVILLE,
  destination: CHARLOTTE,
  steps: [
    {
      afterMinutes: 0,
      what: "label_created",
      where: NASHVILLE,
      expects: { fromMinutes: 2_600, toMinutes: 2_600, window: false },
    },
    { afterMinutes: 138, what: "picked_up", where: NASHVILLE },
    { afterMinutes: 341, what: "departed", where: NASHVILLE },
    { afterMinutes: 577, what: "arrived", where: KNOXVILLE },
    { afterMinutes: 702, what: "departed", where: KNOXVILLE },
    { afterMinutes: 954, what: "arrived", where: CHARLOTTE },
    { afterMinutes: 2_104, what: "arrived_at_local_facility", where: CHARLOTTE },
    {
      afterMinutes: 2_347,
      what: "out_for_delivery",
      where: CHARLOTTE,
      expects: { fromMinutes: 2_515, toMinutes: 2_755, window: true },
    },
    {
      afterMinutes: 2_676,
      what: "delivered",
      where: CHARLOTTE,
      handOver: { receivedBy: null, leftAt: "front_door", signed: false },
    },
  ],
};

export const STRAIGHT: Journey = {
  code: "straight",
  title: "Delivered as promised",
  startsAtLocal: "16:05",
  parcels: [NASHVILLE_TO_CHARLOTTE],
};
