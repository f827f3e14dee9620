import { z } from "zod";
import { readJson } from "../runtime/json.js";
import { FAULT_KINDS, FAULTY_CALLS } from "./faults.js";
import type { LocalRequest } from "./local-server.js";
import { DIRECT_CARRIERS, type Hook, SANDBOX_CARRIERS } from "./parcel.js";

export const MAX_CONTROL_BODY_BYTES = 64 * 1024;

const Carrier = z.enum(SANDBOX_CARRIERS);

const TrackingNumber = z.string().regex(/^[0-9A-Za-z]{7,40}$/);

const HookUrl = z.url({ protocol: /^https?$/ }).max(500);

/** A parcel to put on its way. */
export const NewParcel = z.strictObject({
  carrier: Carrier,
  movedBy: z.enum(DIRECT_CARRIERS).optional(),
  trackingNumber: TrackingNumber,
  journey: z.string().max(100),
  part: z.int().min(0).max(10).optional(),
  hookUrl: HookUrl.optional(),
  secret: z.string().min(1).max(500).optional(),
  clientId: z.string().min(1).max(200).optional(),
  header: z
    .string()
    .regex(/^[\w-]{1,100}$/)
    .optional(),
  speed: z.number().optional(),
  startAt: z.iso.datetime().optional(),
});

/** A fault to wait for the next calls. */
export const NewFault = z.strictObject({
  carrier: Carrier,
  call: z.enum(FAULTY_CALLS),
  kind: z.enum(FAULT_KINDS),
  calls: z.int().min(1).max(10_000).default(1),
  retryAfterSeconds: z.int().min(0).max(3_600).default(1),
  delayMs: z.int().min(0).max(60_000).default(1_000),
});

/** Pushes to lose. */
export const NewDrop = z.strictObject({ carrier: Carrier, pushes: z.int().min(1).max(10_000).default(1) });

/** What is filled in at a carrier's portal. */
export const PortalHook = z.strictObject({
  carrier: z.enum(["fedex", "ups"]),
  hookUrl: HookUrl,
  secret: z.string().min(1).max(500),
  clientId: z.string().min(1).max(200).optional(),
});

/** Subscriptions to end. */
export const Expiry = z.strictObject({ carrier: Carrier, trackingNumber: TrackingNumber.optional() });

/** No clientId means Track Alert v1 for UPS. ShipEngine signs with its own key: a secret only goes along. */
export function hookOf(order: z.infer<typeof NewParcel>, nowMs: number): Hook | "incomplete" | null {
  const { carrier, hookUrl: url, secret, clientId, header } = order;
  if (url === undefined) return null;
  if (carrier === "shipengine") {
    const headers = header !== undefined && secret !== undefined ? { [header.toLowerCase()]: secret } : {};
    return { kind: "shipengine", url, headers };
  }
  if (secret === undefined) return "incomplete";
  switch (carrier) {
    case "fedex":
      return { kind: "fedex", url, secret };
    case "ups":
      return clientId === undefined ? { kind: "ups_v1", url, secret } : { kind: "ups_v2", url, clientId, secret };
    case "usps":
      return { kind: "usps", url, secret, subscriptionId: CONTROL_SUBSCRIPTION };
    case "dhl":
      return { kind: "dhl", url, header: header ?? "X-Api-Key", secret, self: CONTROL_SUBSCRIPTION };
    default:
      return { kind: "easypost", url, secret, headers: {}, trackedSince: nowMs };
  }
}

/** The id of the subscription that a hook given to the control API counts as. */
const CONTROL_SUBSCRIPTION = "00000000-0000-4000-8000-000000000000";

/** What a body says, or what is wrong with it. */
export type ControlReading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly status: 400 | 422; readonly problem: string };

/** Reads the body of a request as `shape`. */
export function readOrder<T>(request: LocalRequest, shape: z.ZodType<T>): ControlReading<T> {
  const reading = readJson(request.body, MAX_CONTROL_BODY_BYTES);
  if (!reading.ok) return { ok: false, status: 400, problem: reading.problem };
  const parsed = shape.safeParse(reading.value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`);
  return { ok: false, status: 422, problem: problems.join("; ") };
}
