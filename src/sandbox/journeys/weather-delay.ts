import type { Journey } from "../journey.js";
import { BUFFALO, CHICAGO, INDIANAPOLIS } from "../towns.js";

/** Snow in Buffalo stops the truck for most of a day; the carrier moves its estimate, then delivers. */
export const WEATHER_DELAY: Journey = {
  code: "weather-delay",
  title: "Delayed by snow, then delivered",
  startsAtLocal: "15:30",
  parcels: [
    {
      origin: INDIANAPOLIS,
      destination: BUFFALO,
      steps: [
        {
          afterMinutes: 0,
          what: "label_created",
          where: INDIANAPOLIS,
          expects: { fromMinutes: 1_260, toMinutes: 1_260, window: false },
        },
        { afterMinutes: 112, what: "picked_up", where: INDIANAPOLIS },
        { afterMinutes: 254, what: "departed", where: INDIANAPOLIS },
        { afterMinutes: 463, what: "arrived", where: CHICAGO },
        { afterMinutes: 588, what: "departed", where: CHICAGO },
        {
          afterMinutes: 991,
          what: "delayed_by_weather",
          where: BUFFALO,
          expects: { fromMinutes: 2_640, toMinutes: 2_640, window: false },
        },
        { afterMinutes: 2_071, what: "arrived_at_local_facility", where: BUFFALO },
        {
          afterMinutes: 2_449,
          what: "out_for_delivery",
          where: BUFFALO,
          expects: { fromMinutes: 2_550, toMinutes: 2_730, window: true },
        },
        {
          afterMinutes: 2_702,
          what: "delivered",
          where: BUFFALO,
          handOver: { receivedBy: null, leftAt: "residence", signed: false },
        },
      ],
    },
  ],
};
