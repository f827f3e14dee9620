import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import {
  CADENCE,
  ENDED_FOR_DAYS,
  GIVE_UP_AFTER_DAYS,
  MORNING_MINUTES,
  NIGHT,
  NOT_FOUND_AT_MOST_MINUTES,
  PATIENCE_MINUTES,
  PUSH_SILENT_AFTER_HOURS,
  PUSHED_AT_LEAST_MINUTES,
  SILENCE,
} from "../../src/ingest/cadence-table.js";
import { DEBT_WARN_HOURS } from "../../src/ingest/poll-debt.js";
import { rowsOf } from "./table-rows.js";

const page = await readFile(new URL("../../docs/polling.md", import.meta.url), "utf8");
const words = page.replaceAll(/\s+/g, " ");

test("docs/polling.md holds the cadence table, row by row and in its order", () => {
  const rows = rowsOf(page).filter((cells) => cells.length === 4);
  const expected = Object.entries(CADENCE).map(([stage, { when, everyMinutes, rank }]) => [
    stage,
    when,
    `${everyMinutes} min`,
    `${rank}`,
  ]);
  expect(rows).toEqual(expected);
});

test("docs/polling.md says what stretches an interval", () => {
  const rows = rowsOf(page).filter((cells) => cells.length === 2);
  const silence = SILENCE.map(({ afterDays, atLeastMinutes, onDeliveryDay }) => [
    `silence of ${afterDays} days${onDeliveryDay ? "" : ", except on delivery day"}`,
    `${atLeastMinutes} min`,
  ]);
  expect(rows).toEqual([
    ...silence,
    ["not found by the carrier, no scan yet", `half its age, up to ${NOT_FOUND_AT_MOST_MINUTES} min`],
    ["pushed by the carrier", `${PUSHED_AT_LEAST_MINUTES} min, rank ${CADENCE.ended.rank}`],
  ]);
});

test.each([
  `Between ${NIGHT.fromHour}:00 and 0${NIGHT.toHour}:00 at the destination`,
  `spread over ${MORNING_MINUTES} minutes`,
  `asked about for ${ENDED_FOR_DAYS} days`,
  `After ${GIVE_UP_AFTER_DAYS} days without a scan`,
  `pushed something within ${PUSH_SILENT_AFTER_HOURS} hours`,
  `more than ${DEBT_WARN_HOURS} hours`,
  `${PATIENCE_MINUTES[0]} minutes for rank 0, ${PATIENCE_MINUTES[1]} for rank 1, ${PATIENCE_MINUTES[2]} for rank 2 and ${PATIENCE_MINUTES[3]} for rank 3`,
])("docs/polling.md says: %s", (sentence) => {
  expect(words).toContain(sentence);
});
