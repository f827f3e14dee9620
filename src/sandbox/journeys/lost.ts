import type { Journey } from "../journey.js";
import { BOISE, MADISON, MEMPHIS } from "../towns.js";

/** The last scan is a departure from the hub; the promised day passes and nothing more is heard. */
export const LOST: Journey = {
  code: "lost",
  title: "Scans stop at the hub",
  startsAtLocal: "14:20",
  parcels: [
    {
      origin: MADISON,
      destination: BOISE,
      steps: [
        {
          afterMinutes: 0,
          what: "label_created",
          where: MADISON,
          expects: { fromMinutes: 1_320, toMinutes: 1_320, window: false },
        },
        { afterMinutes: 161, what: "picked_up", where: MADISON },
        { afterMinutes: 284, what: "departed", where: MADISON },
        { afterMinutes: 713, what: "arrived", where: MEMPHIS },
        { afterMinutes: 846, what: "departed", where: MEMPHIS },
      ],
    },
  ],
};
