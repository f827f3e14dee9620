import type { Journey } from "../journey.js";
import { PHOENIX, PORTLAND, SACRAMENTO, TUCSON } from "../towns.js";

/** One order from two warehouses: the first parcel is delivered on the first day, the second while that is old news. */
export const SPLIT_ORDER: Journey = {
  code: "split-order",
  title: "Two parcels, delivered a day apart",
  startsAtLocal: "11:10",
  parcels: [
    {
      origin: SACRAMENTO,
      destination: PORTLAND,
      steps: [
        {
          afterMinutes: 0,
          what: "label_created",
          where: SACRAMENTO,
          expects: { fromMinutes: 1_510, toMinutes: 1_510, window: false },
        },
        { afterMinutes: 247, what: "picked_up", where: SACRAMENTO },
        { afterMinutes: 405, what: "departed", where: SACRAMENTO },
        { afterMinutes: 1_012, what: "arrived_at_local_facility", where: PORTLAND },
        {
          afterMinutes: 1_257,
          what: "out_for_delivery",
          where: PORTLAND,
          expects: { fromMinutes: 1_370, toMinutes: 1_610, window: true },
        },
        {
          afterMinutes: 1_482,
          what: "delivered",
          where: PORTLAND,
          handOver: { receivedBy: null, leftAt: "front_door", signed: false },
        },
      ],
    },
    {
      origin: TUCSON,
      destination: PORTLAND,
      steps: [
        {
          afterMinutes: 22,
          what: "label_created",
          where: TUCSON,
          expects: { fromMinutes: 2_700, toMinutes: 2_700, window: false },
        },
        { afterMinutes: 301, what: "picked_up", where: TUCSON },
        { afterMinutes: 428, what: "departed", where: TUCSON },
        { afterMinutes: 566, what: "arrived", where: PHOENIX },
        { afterMinutes: 724, what: "departed", where: PHOENIX },
        { afterMinutes: 1_811, what: "arrived", where: SACRAMENTO },
        { afterMinutes: 1_862, what: "departed", where: SACRAMENTO },
        { afterMinutes: 2_463, what: "arrived_at_local_facility", where: PORTLAND },
        {
          afterMinutes: 2_688,
          what: "out_for_delivery",
          where: PORTLAND,
          expects: { fromMinutes: 2_700, toMinutes: 2_880, window: true },
        },
        {
          afterMinutes: 2_749,
          what: "delivered",
          where: PORTLAND,
          handOver: { receivedBy: null, leftAt: "front_door", signed: false },
        },
      ],
    },
  ],
};
