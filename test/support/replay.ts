import { CARRIERS, findCarrier } from "../../src/connectors/carriers/registry.js";
import { createMappingReader } from "../../src/normalize/apply-mappings.js";
import { mapCode, unmapCode } from "../../src/normalize/map-code.js";
import { type ReplayOptions, replay } from "../../src/normalize/replay.js";
import type { ReplayDiff } from "../../src/normalize/replay-diff.js";
import type { Database } from "../../src/store/database.js";
import { newId } from "./store-fixture.js";

/** Replays everything, or what the overrides say. */
export function replayOf(db: Database, overrides: Partial<ReplayOptions> = {}): Promise<ReplayDiff> {
  return replay({
    db,
    findCarrier,
    readMappings: createMappingReader(db.pool),
    newId,
    now: Date.now,
    scope: { carrier: null, since: null, shipment: null },
    dryRun: false,
    actor: "cli:test",
    ...overrides,
  });
}

/** Maps a code of UPS as an operator would. */
export async function mapUpsCode(db: Database, code: string, meaning: string): Promise<void> {
  const flags = { revokesDelivery: false, cancelsReturn: false };
  await db.transaction((tx) =>
    mapCode(tx, { carrier: "ups", code, meaning, ...flags, reason: "known", actor: "cli:test" }, CARRIERS),
  );
}

/** Takes the mapping of a code of UPS back. */
export async function unmapUpsCode(db: Database, code: string): Promise<void> {
  await db.transaction((tx) => unmapCode(tx, { carrier: "ups", code, reason: "mistaken", actor: "cli:test" }));
}

/** What a push of UPS says: one scan, `minute` minutes after half past eight in the morning, and perhaps a delivery date. */
export interface UpsSaying {
  readonly trackingNumber: string;
  readonly type: string;
  readonly code: string;
  readonly minute: number;
  /** `YYYYMMDD`; else ten days ago, which is no news. */
  readonly day?: string;
  readonly edd?: string;
  readonly text?: string;
}

/** A push body of UPS Track Alert. */
export function upsSays({
  trackingNumber,
  type,
  code,
  minute,
  day = daysAgo(10),
  edd = "",
  text = "",
}: UpsSaying): Buffer {
  const clock = (hour: number) => `${String(hour).padStart(2, "0")}${String(30 + minute).padStart(2, "0")}00`;
  return Buffer.from(
    JSON.stringify({
      trackingNumber,
      localActivityDate: day,
      localActivityTime: clock(8),
      activityLocation: { city: "DENVER", stateProvince: "CO", postalCode: "80202", country: "US" },
      activityStatus: { type, code, description: text, descriptionCode: "" },
      scheduledDeliveryDate: edd,
      actualDeliveryDate: "",
      actualDeliveryTime: "",
      gmtActivityDate: day,
      gmtActivityTime: clock(15),
      gmtOffset: "-07.00",
    }),
  );
}

/** The day so many days ago in UTC, as UPS writes it. */
export function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10).replaceAll("-", "");
}
