import type { Journey } from "../journey.js";
import { NASHVILLE_TO_CHARLOTTE } from "./straight.js";

/** Step that is pushed late -> step whose push overtakes it. The label comes last of three, out for delivery after delivered. */
const OVERTAKEN: Readonly<Record<number, number>> = { 0: 2, 3: 5, 7: 8 };

export const OUT_OF_ORDER: Journey = {
  code: "out-of-order",
  title: "Delivered as promised, pushed out of order",
  startsAtLocal: "16:05",
  parcels: [
    {
      ...NASHVILLE_TO_CHARLOTTE,
      steps: NASHVILLE_TO_CHARLOTTE.steps.map((step, index) => {
        const pushedAfterStep = OVERTAKEN[index];
        return pushedAfterStep === undefined ? step : { ...step, pushedAfterStep };
      }),
    },
  ],
};
