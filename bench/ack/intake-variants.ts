import type { Workshop } from "../../src/compose/workshop.js";
import { createIntake, type Intake, type IntakeOptions } from "../../src/ingest/intake.js";
import { storeCarrierMessages } from "../../src/store/carrier-messages.js";

/** `waybill`: as in production. `floor`: its insert replaced by nothing. `single`: one insert per request, side by side. */
export type Variant = "waybill" | "floor" | "single";

export const VARIANTS: readonly Variant[] = ["waybill", "floor", "single"];

export function readVariant(text: string | undefined): Variant {
  const variant = VARIANTS.find((name) => name === text);
  if (variant === undefined) throw new Error(`There is no variant ${text}.`);
  return variant;
}

/** The intake of a variant, with the bounds of the configuration. All verify, hash and give ids alike. */
export function createVariantIntake(variant: Variant, { config, db, newId, now, metrics }: Workshop): Intake {
  const options: IntakeOptions = {
    store: (messages) => {
      metrics.intakeBatchSize.observe({}, messages.length);
      return storeCarrierMessages(db.pool, messages);
    },
    newId,
    now,
    maxBatch: config.ingestMaxBatch,
    maxWaiting: config.ingestMaxWaiting,
    maxWaitingBytes: 256 * 1024 * 1024,
  };
  if (variant === "waybill") return createIntake(options);
  if (variant === "floor")
    return createIntake({ ...options, store: async (messages) => new Set(messages.map(({ id }) => id)) });
  // An intake of its own for every request never has anything to put together.
  return { ...createIntake(options), record: (incoming, held) => createIntake(options).record(incoming, held) };
}
