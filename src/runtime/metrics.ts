import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** Counts up. `amount` is 1 where it is not said. */
export interface Count<Label extends string> {
  add(labels: Readonly<Record<Label, string>>, amount?: number): void;
}

/** A figure that goes up and down. */
export interface Level<Label extends string> {
  set(labels: Readonly<Record<Label, string>>, value: number): void;
}

/** How figures are spread: seconds, sizes. */
export interface Distribution<Label extends string> {
  observe(labels: Readonly<Record<Label, string>>, value: number): void;
}

/** What this process measures. Names and units: see each line of `createMetrics`. */
export type Metrics = ReturnType<typeof createMetrics>;

/** Buckets in seconds, closest where our budgets lie (10 ms a page, 250 ms from push to status). */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/**
 * A registry of its own with everything Waybill measures. No label ever carries a number, an address or a person; one that
 * comes from outside (a carrier, a route) takes at most 50 values, and what is beyond them counts as `other`.
 */
export function createMetrics(options: { readonly version: string; readonly processMetrics: boolean }) {
  const registry = new Registry();
  if (options.processMetrics) collectDefaultMetrics({ register: registry });
  const { count, level, distribution } = measuresOf(registry);
  level("waybill_build_info", "Always 1; the label says which version runs.", ["version"]).set(
    { version: options.version },
    1,
  );

  return {
    /** The media type of `scrape`. */
    contentType: registry.contentType,
    /** Everything in the Prometheus text format. */
    scrape: (): Promise<string> => registry.metrics(),

    httpRequestSeconds: distribution(
      "waybill_http_request_seconds",
      "Answered requests.",
      ["route", "method", "status"],
      SECONDS,
    ),
    /** `result`: stored, duplicate, unverified, refused, overloaded. */
    pushes: count("waybill_pushes_total", "Pushes of carriers by what became of them.", ["carrier", "result"]),
    /** `state`: subscribed, pending, waiting (to be tried again), polling, failed, ended. */
    subscriptions: count(
      "waybill_subscriptions_total",
      "Numbers whose subscription with their carrier was looked at, by what came of it.",
      ["carrier", "state"],
    ),
    intakeBatchSize: distribution("waybill_intake_batch_size", "Carrier messages per insert.", [], SIZES),
    /** `result`: done, parked. */
    normalized: count("waybill_normalized_messages_total", "Carrier messages taken through normalize.", ["result"]),
    normalizeBatchSize: distribution("waybill_normalize_batch_size", "Carrier messages per transaction.", [], SIZES),
    normalizeBatchSeconds: distribution("waybill_normalize_batch_seconds", "How long one batch took.", [], SECONDS),
    scans: count("waybill_scans_total", "New scan versions.", []),
    unregistered: count(
      "waybill_unregistered_numbers_total",
      "Numbers that carriers spoke of before anybody registered them.",
      [],
    ),
    unattributed: count(
      "waybill_unattributed_trackings_total",
      "Statements about a number that fit none of its uses.",
      [],
    ),
    transitions: count("waybill_transitions_total", "Rows added to the log of what was news.", []),
    /** `result`: accepted, refused, unknown, suppressed. */
    messages: count("waybill_messages_total", "Messages to customers by what became of them.", ["channel", "result"]),
    pollsDue: level("waybill_polls_due", "Shipments that are due to be asked about.", ["carrier"]),
    pollDebtHours: level(
      "waybill_poll_debt_hours",
      "Hours that what is due takes at the budget of its connection; the longest of a carrier's connections.",
      ["carrier"],
    ),
    queueWaiting: level("waybill_queue_waiting", "Rows that wait for work.", ["queue"]),
    /** `result`: shown, stale, gone, not_found, unavailable. */
    pageViews: count("waybill_page_views_total", "Tracking pages by how they were answered.", ["result"]),
    /** `result`: hit (no database), checked (one look at the head), miss, stale (the database is away). */
    pageCache: count("waybill_page_cache_total", "Tracking pages by where what they show was found.", ["result"]),
    pageCacheFlushes: count(
      "waybill_page_cache_flushes_total",
      "How often nothing kept was relied upon any more, since notifications may have been lost.",
      [],
    ),
    redisErrors: count("waybill_redis_errors_total", "What Redis failed at; the page was read from PostgreSQL.", []),
    pageStreams: level("waybill_page_streams", "Open tracking pages that are told of news.", []),
  };
}

function measuresOf(registry: Registry) {
  const registers = [registry];
  const count = <Label extends string>(name: string, help: string, labelNames: readonly Label[]): Count<Label> => {
    const counter = new Counter({ name, help, labelNames, registers });
    const bounded = boundLabels(labelNames);
    return { add: (labels, amount = 1) => counter.inc(bounded(labels), amount) };
  };
  const level = <Label extends string>(name: string, help: string, labelNames: readonly Label[]): Level<Label> => {
    const gauge = new Gauge({ name, help, labelNames, registers });
    const bounded = boundLabels(labelNames);
    return { set: (labels, value) => gauge.set(bounded(labels), value) };
  };
  const distribution = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    buckets: number[],
  ): Distribution<Label> => {
    const histogram = new Histogram({ name, help, labelNames, buckets, registers });
    const bounded = boundLabels(labelNames);
    return { observe: (labels, value) => histogram.observe(bounded(labels), value) };
  };
  return { count, level, distribution };
}

const MAX_LABEL_VALUES = 50;

/** Every distinct value is a time series for ever: a stranger who makes up routes must not fill the memory. */
function boundLabels<Label extends string>(names: readonly Label[]) {
  const known = new Map(names.map((name) => [name, new Set<string>()]));
  return (labels: Readonly<Record<Label, string>>): Record<Label, string> => {
    const bounded: Record<string, string> = {};
    for (const [name, values] of known) {
      const value = labels[name].slice(0, 100);
      if (!values.has(value) && values.size >= MAX_LABEL_VALUES) bounded[name] = "other";
      else {
        values.add(value);
        bounded[name] = value;
      }
    }
    return bounded;
  };
}
