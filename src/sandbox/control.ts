import { z } from "zod";
import type { Clock } from "../runtime/clock.js";
import { readJson } from "../runtime/json.js";
import { FAULT_KINDS, FAULTY_CALLS, type Faults } from "./faults.js";
import { spanMinutes } from "./journey.js";
import { JOURNEYS } from "./journey-list.js";
import type { LocalAnswer, LocalRequest } from "./local-server.js";
import {
  advanceParcel,
  DIRECT_CARRIERS,
  type Hook,
  hasArrived,
  nextStepAt,
  type Parcel,
  SANDBOX_CARRIERS,
  type SandboxCarrier,
} from "./parcel.js";
import { ParcelOrderError, type Parcels } from "./parcels.js";
import type { PushDrops } from "./push-drops.js";
import type { PushQueue } from "./push-queue.js";
import type { PushScans } from "./push-scans.js";
import type { SubscriptionDesk } from "./subscription-desk.js";

export interface ControlOptions {
  readonly parcels: Parcels;
  readonly faults: Faults;
  readonly pushScans: PushScans;
  readonly queue: PushQueue;
  readonly drops: PushDrops;
  readonly desks: Readonly<Record<SandboxCarrier, SubscriptionDesk>>;
  readonly now: Clock;
  /** Fills in the form of FedEx's or UPS's portal. */
  readonly setPortalHook: (hook: Extract<Hook, { kind: "fedex" | "ups_v2" }>) => void;
  /** Makes ShipEngine sign with another key. */
  readonly rotateKeys: () => void;
  /** Called after a request to stop was answered. */
  readonly stop: () => void;
}

export const MAX_CONTROL_BODY_BYTES = 64 * 1024;

const Carrier = z.enum(SANDBOX_CARRIERS);

const TrackingNumber = z.string().regex(/^[0-9A-Za-z]{7,40}$/);

const HookUrl = z.url({ protocol: /^https?$/ }).max(500);

const NewParcel = z.strictObject({
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

const NewFault = z.strictObject({
  carrier: Carrier,
  call: z.enum(FAULTY_CALLS),
  kind: z.enum(FAULT_KINDS),
  calls: z.int().min(1).max(10_000).default(1),
  retryAfterSeconds: z.int().min(0).max(3_600).default(1),
  delayMs: z.int().min(0).max(60_000).default(1_000),
});

const NewDrop = z.strictObject({ carrier: Carrier, pushes: z.int().min(1).max(10_000).default(1) });

const PortalHook = z.strictObject({
  carrier: z.enum(["fedex", "ups"]),
  hookUrl: HookUrl,
  secret: z.string().min(1).max(500),
  clientId: z.string().min(1).max(200).optional(),
});

const Expiry = z.strictObject({ carrier: Carrier, trackingNumber: TrackingNumber.optional() });

/** Answers the control API (`docs/sandbox.md`). Every path begins with `/_sandbox/`. */
export function createControl(options: ControlOptions): (request: LocalRequest) => LocalAnswer {
  const { parcels, faults, now } = options;

  return (request) => {
    const [, root, what, carrier, number, action, ...rest] = request.path.split("/");
    if (root !== "_sandbox" || rest.length > 0) return nothingHere();
    // A web page can make a browser send a plain form here, but not JSON.
    if (request.method === "POST" && !/^application\/json\b/i.test(request.headers["content-type"] ?? "")) {
      return problem(415, "Send the body as application/json.");
    }
    const route = `${request.method} ${[what, carrier && ":carrier", number && ":number", action].filter(Boolean).join("/")}`;
    switch (route) {
      case "GET journeys":
        return ok({
          journeys: JOURNEYS.map((journey) => ({
            code: journey.code,
            title: journey.title,
            parcels: journey.parcels.length,
            spanMinutes: spanMinutes(journey),
          })),
        });
      case "GET parcels":
        return ok({ parcels: parcels.all().map((parcel) => describe(parcel)), pushes: options.queue.counts() });
      case "POST parcels":
        return register(request);
      case "GET parcels/:carrier/:number":
        return withParcel(carrier, number, (parcel) => ok(describe(parcel)));
      case "POST parcels/:carrier/:number/advance":
        return withParcel(carrier, number, advance);
      case "POST parcels/:carrier/:number/push":
        return withParcel(carrier, number, pushNow);
      case "GET faults":
        return ok({ faults: faults.waiting() });
      case "POST faults":
        return inject(request);
      case "DELETE faults":
        faults.clear();
        return ok({ faults: [] });
      case "POST drops":
        return drop(request);
      case "GET drops":
        return ok({ drops: options.drops.counts() });
      case "POST portal":
        return fillPortal(request);
      case "GET subscriptions":
        return ok({ subscriptions: allSubscriptions() });
      case "POST subscriptions/:carrier":
        return carrier === "expire" ? expire(request) : nothingHere();
      case "POST keys/:carrier":
        if (carrier !== "rotate") return nothingHere();
        options.rotateKeys();
        return ok({ rotated: true });
      case "POST stop":
        options.stop();
        return { status: 202, body: { stopping: true } };
      default:
        return nothingHere();
    }
  };

  function drop(request: LocalRequest): LocalAnswer {
    const order = read(request, NewDrop);
    if (!order.ok) return order.answer;
    options.drops.drop(order.value.carrier, order.value.pushes);
    return { status: 201, body: { drops: options.drops.counts() } };
  }

  function fillPortal(request: LocalRequest): LocalAnswer {
    const form = read(request, PortalHook);
    if (!form.ok) return form.answer;
    const { carrier, hookUrl: url, secret, clientId } = form.value;
    if (carrier === "fedex") options.setPortalHook({ kind: "fedex", url, secret });
    else if (clientId === undefined) return problem(422, "UPS's portal wants a clientId.");
    else options.setPortalHook({ kind: "ups_v2", url, clientId, secret });
    return ok({ carrier, hookUrl: url });
  }

  function allSubscriptions(): object[] {
    return SANDBOX_CARRIERS.flatMap((carrier) => options.desks[carrier].list().map((one) => ({ carrier, ...one })));
  }

  function expire(request: LocalRequest): LocalAnswer {
    const order = read(request, Expiry);
    if (!order.ok) return order.answer;
    return ok({ ended: options.desks[order.value.carrier].expire(order.value.trackingNumber ?? null) });
  }

  function register(request: LocalRequest): LocalAnswer {
    const order = read(request, NewParcel);
    if (!order.ok) return order.answer;
    const { carrier, movedBy, trackingNumber, journey, part, speed, startAt } = order.value;
    const hook = hookOf(order.value, now());
    if (hook === "incomplete")
      return problem(422, "A hookUrl needs a secret (and, for UPS Track Alert v2, a clientId).");
    try {
      const parcel = parcels.register(
        {
          carrier,
          trackingNumber,
          journey,
          ...(movedBy !== undefined && { movedBy }),
          ...(part !== undefined && { part }),
          ...(speed !== undefined && { speed }),
          ...(startAt !== undefined && { startAt: Date.parse(startAt) }),
          ...(hook !== null && { hook }),
        },
        now(),
      );
      return { status: 201, body: describe(parcel) };
    } catch (error) {
      if (error instanceof ParcelOrderError) return problem(422, error.message);
      throw error;
    }
  }

  function advance(parcel: Parcel): LocalAnswer {
    const pushes = advanceParcel(parcel, now());
    if (pushes === null) return problem(409, "Everything has happened to this parcel.");
    options.pushScans(parcel, pushes);
    return ok(describe(parcel));
  }

  function pushNow(parcel: Parcel): LocalAnswer {
    const latest = parcel.scans.at(-1);
    if (parcel.hook === null || latest === undefined)
      return problem(409, "This parcel has no hook, or nothing to push yet.");
    options.pushScans(parcel, [latest]);
    return { status: 202, body: describe(parcel) };
  }

  function inject(request: LocalRequest): LocalAnswer {
    const fault = read(request, NewFault);
    if (!fault.ok) return fault.answer;
    if (fault.value.kind === "expired_token" && fault.value.call === "token") {
      return problem(422, "A token call cannot meet an expired token.");
    }
    try {
      faults.inject(fault.value);
    } catch (error) {
      if (error instanceof RangeError) return problem(409, error.message);
      throw error;
    }
    return { status: 201, body: { faults: faults.waiting() } };
  }

  function withParcel(
    carrier: string | undefined,
    number: string | undefined,
    act: (parcel: Parcel) => LocalAnswer,
  ): LocalAnswer {
    const known = SANDBOX_CARRIERS.find((code) => code === carrier);
    const parcel = known === undefined ? null : parcels.find(known, number ?? "");
    return parcel === null ? problem(404, "The sandbox has no such parcel.") : act(parcel);
  }
}

/** A parcel as the control API shows it. The hook's secret stays here. */
function describe(parcel: Parcel): object {
  const dueAt = nextStepAt(parcel);
  return {
    carrier: parcel.carrier,
    movedBy: parcel.movedBy,
    trackingNumber: parcel.trackingNumber,
    journey: parcel.journey,
    startAt: new Date(parcel.startAt).toISOString(),
    speed: parcel.clock.speed,
    hookUrl: parcel.hook?.url ?? null,
    steps: parcel.course.steps.length,
    arrived: hasArrived(parcel),
    nextStepAt: dueAt === null ? null : new Date(dueAt).toISOString(),
    scans: parcel.scans.map(({ what, where, occurredAt }) => ({
      what,
      city: where.city,
      region: where.region,
      occurredAt: new Date(occurredAt).toISOString(),
    })),
  };
}

/** No clientId means Track Alert v1 for UPS. ShipEngine signs with its own key and needs no secret. */
function hookOf(order: z.infer<typeof NewParcel>, nowMs: number): Hook | "incomplete" | null {
  const { carrier, hookUrl: url, secret, clientId, header = "X-Api-Key" } = order;
  if (url === undefined) return null;
  if (carrier === "shipengine") return { kind: "shipengine", url, headers: {} };
  if (secret === undefined) return "incomplete";
  switch (carrier) {
    case "fedex":
      return { kind: "fedex", url, secret };
    case "ups":
      return clientId === undefined ? { kind: "ups_v1", url, secret } : { kind: "ups_v2", url, clientId, secret };
    case "usps":
      return { kind: "usps", url, secret, subscriptionId: CONTROL_SUBSCRIPTION };
    case "dhl":
      return { kind: "dhl", url, header, secret, self: CONTROL_SUBSCRIPTION };
    default:
      return { kind: "easypost", url, secret, headers: {}, trackedSince: nowMs };
  }
}

/** The id of the subscription that a hook given to the control API counts as. */
const CONTROL_SUBSCRIPTION = "00000000-0000-4000-8000-000000000000";

function read<T>(
  request: LocalRequest,
  shape: z.ZodType<T>,
): { ok: true; value: T } | { ok: false; answer: LocalAnswer } {
  const reading = readJson(request.body, MAX_CONTROL_BODY_BYTES);
  if (!reading.ok) return { ok: false, answer: problem(400, reading.problem) };
  const parsed = shape.safeParse(reading.value);
  if (parsed.success) return { ok: true, value: parsed.data };
  return {
    ok: false,
    answer: problem(
      422,
      parsed.error.issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`).join("; "),
    ),
  };
}

const ok = (body: object): LocalAnswer => ({ status: 200, body });

const nothingHere = (): LocalAnswer => problem(404, "There is nothing here. docs/sandbox.md lists the addresses.");

const problem = (status: number, error: string): LocalAnswer => ({ status, body: { error } });
