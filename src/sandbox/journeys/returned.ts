import type { Journey } from "../journey.js";
import { ATLANTA, CHARLOTTE, KNOXVILLE } from "../towns.js";

/** The recipient refuses the parcel; it goes back and reaches the sender, where the carrier scans it as handed over. */
export const RETURNED: Journey = {
  code: "returned",
  title: "Refused and returned to the sender",
  startsAtLocal: "13:15",
  parcels: [
    {
      origin: ATLANTA,
      destination: KNOXVILLE,
      steps: [
        {
          afterMinutes: 0,
          what: "label_created",
          where: ATLANTA,
          expects: { fromMinutes: 1_300, toMinutes: 1_300, window: false },
        },
        { afterMinutes: 146, what: "picked_up", where: ATLANTA },
        { afterMinutes: 402, what: "departed", where: ATLANTA },
        { afterMinutes: 655, what: "arrived", where: CHARLOTTE },
        { afterMinutes: 708, what: "departed", where: CHARLOTTE },
        { afterMinutes: 947, what: "arrived_at_local_facility", where: KNOXVILLE },
        {
          afterMinutes: 1_139,
          what: "out_for_delivery",
          where: KNOXVILLE,
          expects: { fromMinutes: 1_215, toMinutes: 1_395, window: true },
        },
        { afterMinutes: 1_283, what: "refused", where: KNOXVILLE },
        { afterMinutes: 1_647, what: "returning_to_sender", where: KNOXVILLE },
        { afterMinutes: 1_844, what: "departed", where: KNOXVILLE },
        { afterMinutes: 2_147, what: "arrived", where: ATLANTA },
        {
          afterMinutes: 2_689,
          what: "returned_to_sender",
          where: ATLANTA,
          handOver: { receivedBy: "DOCK", leftAt: "front_desk", signed: false },
        },
      ],
    },
  ],
};
