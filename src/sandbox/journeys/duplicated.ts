import type { Journey } from "../journey.js";
import { NASHVILLE_TO_CHARLOTTE } from "./straight.js";

/** Every push comes twice, and the last one four times. */
export const DUPLICATED: Journey = {
  code: "duplicated",
  title: "Delivered as promised, pushed more than once",
  startsAtLocal: "16:05",
  parcels: [
    {
      ...NASHVILLE_TO_CHARLOTTE,
      steps: NASHVILLE_TO_CHARLOTTE.steps.map((step) => ({ ...step, pushes: step.what === "delivered" ? 4 : 2 })),
    },
  ],
};
