import type { Journey } from "../journey.js";
import { DENVER, SEATTLE } from "../towns.js";

/** A label was made and the carrier never sees the parcel. */
export const LABEL_ONLY: Journey = {
  code: "label-only",
  title: "Label made, never handed over",
  startsAtLocal: "10:25",
  parcels: [
    {
      origin: DENVER,
      destination: SEATTLE,
      steps: [
        {
          afterMinutes: 0,
          what: "label_created",
          where: DENVER,
          expects: { fromMinutes: 2_880, toMinutes: 2_880, window: false },
        },
      ],
    },
  ],
};
