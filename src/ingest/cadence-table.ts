/** Whom a late answer hurts most: 0 is delivery day, 3 can wait longest. */
export type PollRank = 0 | 1 | 2 | 3;

/**
 * How late each rank may be asked about, compared with the others. Where there are more questions than calls, whoever is late by
 * most of these comes first, so that everybody waits longer in these proportions. Found with bench/poll-scheduler: a shorter
 * patience of rank 0 spends so many calls on delivery day that the rest arrive unnoticed, a longer one learns of it late.
 */
export const PATIENCE_MINUTES: Readonly<Record<PollRank, number>> = { 0: 20, 1: 90, 2: 240, 3: 960 };

/** What was registered and never asked about; the database gives it to new shipments. */
export const FIRST_RANK: PollRank = 2;

/** How a shipment stands, as far as asking about it goes. */
export type PollStage =
  | "ended"
  | "out_for_delivery"
  | "waiting_for_pickup"
  | "edd_today"
  | "returning"
  | "exception"
  | "edd_over"
  | "edd_tomorrow"
  | "edd_later"
  | "in_transit"
  | "fresh_label"
  | "label";

interface CadenceRow {
  /** For people, and for docs/polling.md. */
  readonly when: string;
  /** At the base interval of 60 minutes. */
  readonly everyMinutes: number;
  readonly rank: PollRank;
}

/** How often each stage is asked about. The first that fits, from the top, is taken. */
export const CADENCE: Readonly<Record<PollStage, CadenceRow>> = {
  ended: { when: "delivered, returned, disposed of or cancelled; for two days", everyMinutes: 720, rank: 3 },
  out_for_delivery: { when: "out for delivery, said within the last 24 hours", everyMinutes: 20, rank: 0 },
  waiting_for_pickup: { when: "waits for the shopper at a pickup point", everyMinutes: 120, rank: 0 },
  edd_today: { when: "expected today, on its way", everyMinutes: 45, rank: 0 },
  returning: { when: "on its way back", everyMinutes: 720, rank: 3 },
  exception: { when: "in trouble", everyMinutes: 120, rank: 1 },
  edd_over: { when: "was expected before today", everyMinutes: 120, rank: 1 },
  edd_tomorrow: { when: "expected tomorrow", everyMinutes: 180, rank: 2 },
  edd_later: { when: "expected later than tomorrow", everyMinutes: 240, rank: 3 },
  in_transit: { when: "on its way, nobody said until when", everyMinutes: 120, rank: 1 },
  fresh_label: { when: "no scan yet, registered within the last two days", everyMinutes: 240, rank: 2 },
  label: { when: "no scan yet, registered before that", everyMinutes: 720, rank: 2 },
};

interface SilenceRow {
  readonly afterDays: number;
  readonly atLeastMinutes: number;
  /** Whether it counts on delivery day too. */
  readonly onDeliveryDay: boolean;
}

/** The longer nobody scanned a shipment, the rarer it is asked about. */
export const SILENCE: readonly SilenceRow[] = [
  { afterDays: 3, atLeastMinutes: 360, onDeliveryDay: false },
  { afterDays: 7, atLeastMinutes: 720, onDeliveryDay: true },
  { afterDays: 30, atLeastMinutes: 1_440, onDeliveryDay: true },
];

/** Silent for longer, a shipment is given up. */
export const GIVE_UP_AFTER_DAYS = 90;

/** Carriers correct themselves; after this they are left alone about a shipment that has ended. */
export const ENDED_FOR_DAYS = 2;

/** A number that the carrier does not know yet is asked about after half its age once more, at most this far apart. */
export const NOT_FOUND_AT_MOST_MINUTES = 1_440;

/** What is pushed is asked about so rarely, since UPS and others lose pushes that they could not deliver. */
export const PUSHED_AT_LEAST_MINUTES = 720;

/** A connection without any push for so long is polled as if nothing were subscribed. */
export const PUSH_SILENT_AFTER_HOURS = 24;

/** Nobody waits for a parcel between these hours at its destination. What falls there waits for the morning. */
export const NIGHT = { fromHour: 22, toHour: 6 } as const;

/** The morning's questions are spread over so long. */
export const MORNING_MINUTES = 60;
