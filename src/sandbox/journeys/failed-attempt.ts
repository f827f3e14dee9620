import type { Journey } from "../journey.js";
import { AUSTIN, DALLAS, SAN_ANTONIO } from "../towns.js";

/** Nobody is at home on the first day; on the second the parcel is signed for. */
export const FAILED_ATTEMPT: Journey = {
  code: "failed-attempt",
  title: "Nobody at home, delivered the next day",
  startsAtLocal: "16:40",
  parcels: [
    {
      origin: DALLAS,
      destination: SAN_ANTONIO,
      steps: [
        {
          afterMinutes: 0,
          what: "label_created",
          where: DALLAS,
          expects: { fromMinutes: 1_220, toMinutes: 1_220, window: false },
        },
        { afterMinutes: 95, what: "picked_up", where: DALLAS },
        { afterMinutes: 263, what: "departed", where: DALLAS },
        { afterMinutes: 471, what: "arrived", where: AUSTIN },
        { afterMinutes: 538, what: "departed", where: AUSTIN },
        { afterMinutes: 689, what: "arrived_at_local_facility", where: SAN_ANTONIO },
        {
          afterMinutes: 934,
          what: "out_for_delivery",
          where: SAN_ANTONIO,
          expects: { fromMinutes: 1_100, toMinutes: 1_340, window: true },
        },
        {
          afterMinutes: 1_276,
          what: "recipient_not_available",
          where: SAN_ANTONIO,
          expects: { fromMinutes: 2_640, toMinutes: 2_640, window: false },
        },
        { afterMinutes: 1_571, what: "arrived_at_local_facility", where: SAN_ANTONIO },
        {
          afterMinutes: 2_381,
          what: "out_for_delivery",
          where: SAN_ANTONIO,
          expects: { fromMinutes: 2_540, toMinutes: 2_720, window: true },
        },
        {
          afterMinutes: 2_648,
          what: "delivered",
          where: SAN_ANTONIO,
          handOver: { receivedBy: "R ORTEGA", leftAt: "residence", signed: true },
        },
      ],
    },
  ],
};
