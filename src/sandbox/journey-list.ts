import type { Journey } from "./journey.js";
import { DUPLICATED } from "./journeys/duplicated.js";
import { FAILED_ATTEMPT } from "./journeys/failed-attempt.js";
import { LABEL_ONLY } from "./journeys/label-only.js";
import { LOST } from "./journeys/lost.js";
import { OUT_OF_ORDER } from "./journeys/out-of-order.js";
import { RETURNED } from "./journeys/returned.js";
import { SPLIT_ORDER } from "./journeys/split-order.js";
import { STRAIGHT } from "./journeys/straight.js";
import { WEATHER_DELAY } from "./journeys/weather-delay.js";

/** Every journey the sandbox knows. A new one is a file in `journeys/` and a line here. */
export const JOURNEYS: readonly Journey[] = [
  STRAIGHT,
  WEATHER_DELAY,
  FAILED_ATTEMPT,
  RETURNED,
  LOST,
  SPLIT_ORDER,
  OUT_OF_ORDER,
  DUPLICATED,
  LABEL_ONLY,
];

/** The journey of that code, or null. */
export function findJourney(code: string): Journey | null {
  return JOURNEYS.find((journey) => journey.code === code) ?? null;
}
