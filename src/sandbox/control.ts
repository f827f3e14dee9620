import type { Clock } from "../runtime/clock.js";
import { Expiry, hookOf, NewDrop, NewFault, NewParcel, PortalHook, readOrder } from "./control-orders.js";
import type { Faults } from "./faults.js";
import { type Journey, spanMinutes } from "./journey.js";
import { JOURNEYS } from "./journey-list.js";
import type { LocalAnswer, LocalRequest } from "./local-server.js";
import {
  advanceParcel,
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

/** Every request that the control API answers, below `/_sandbox/`. */
export const CONTROL_ROUTES = [
  "GET journeys",
  "GET parcels",
  "POST parcels",
  "GET parcels/:carrier/:number",
  "POST parcels/:carrier/:number/advance",
  "POST parcels/:carrier/:number/push",
  "GET subscriptions",
  "POST subscriptions/expire",
  "POST portal",
  "GET drops",
  "POST drops",
  "POST keys/rotate",
  "GET faults",
  "POST faults",
  "DELETE faults",
  "POST stop",
] as const;

/** `carrier` and `number` are empty where the path has none. */
type Handler = (request: LocalRequest, carrier: string, number: string) => LocalAnswer;

/** Answers the control API (`docs/sandbox.md`). Every path begins with `/_sandbox/`. */
export function createControl(options: ControlOptions): (request: LocalRequest) => LocalAnswer {
  const { parcels, faults, now } = options;

  const handlers: Readonly<Record<(typeof CONTROL_ROUTES)[number], Handler>> = {
    "GET journeys": () => ok({ journeys: JOURNEYS.map((journey) => describeJourney(journey)) }),
    "GET parcels": () =>
      ok({ parcels: parcels.all().map((parcel) => describe(parcel)), pushes: options.queue.counts() }),
    "POST parcels": register,
    "GET parcels/:carrier/:number": (_request, ...which) => withParcel(which, (parcel) => ok(describe(parcel))),
    "POST parcels/:carrier/:number/advance": (_request, ...which) => withParcel(which, advance),
    "POST parcels/:carrier/:number/push": (_request, ...which) => withParcel(which, pushNow),
    "GET subscriptions": () => ok({ subscriptions: allSubscriptions() }),
    "POST subscriptions/expire": expire,
    "POST portal": fillPortal,
    "GET drops": () => ok({ drops: options.drops.counts() }),
    "POST drops": drop,
    "POST keys/rotate": rotateKeys,
    "GET faults": () => ok({ faults: faults.waiting() }),
    "POST faults": inject,
    "DELETE faults": clearFaults,
    "POST stop": stop,
  };

  return (request) => {
    const [, root, what, second = "", third = "", ...rest] = request.path.split("/");
    if (root !== "_sandbox" || rest.length > 1) return nothingHere();
    // A web page can make a browser send a plain form here, but not JSON.
    if (request.method === "POST" && !/^application\/json\b/i.test(request.headers["content-type"] ?? "")) {
      return problem(415, "Send the body as application/json.");
    }
    const isOfParcel = what === "parcels" && second !== "";
    const parts = isOfParcel ? [what, ":carrier", ":number", ...rest] : [what, second, third, ...rest];
    const asked = `${request.method} ${parts.filter(Boolean).join("/")}`;
    const route = CONTROL_ROUTES.find((known) => known === asked);
    return route === undefined ? nothingHere() : handlers[route](request, second, third);
  };

  function rotateKeys(): LocalAnswer {
    options.rotateKeys();
    return ok({ rotated: true });
  }

  function clearFaults(): LocalAnswer {
    faults.clear();
    return ok({ faults: [] });
  }

  function stop(): LocalAnswer {
    options.stop();
    return { status: 202, body: { stopping: true } };
  }

  function drop(request: LocalRequest): LocalAnswer {
    const order = readOrder(request, NewDrop);
    if (!order.ok) return problem(order.status, order.problem);
    options.drops.drop(order.value.carrier, order.value.pushes);
    return { status: 201, body: { drops: options.drops.counts() } };
  }

  function fillPortal(request: LocalRequest): LocalAnswer {
    const form = readOrder(request, PortalHook);
    if (!form.ok) return problem(form.status, form.problem);
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
    const order = readOrder(request, Expiry);
    if (!order.ok) return problem(order.status, order.problem);
    return ok({ ended: options.desks[order.value.carrier].expire(order.value.trackingNumber ?? null) });
  }

  function register(request: LocalRequest): LocalAnswer {
    const order = readOrder(request, NewParcel);
    if (!order.ok) return problem(order.status, order.problem);
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
    const heard = parcel.hook !== null || options.desks[parcel.carrier].targets(parcel.trackingNumber).length > 0;
    if (!heard || latest === undefined)
      return problem(409, "Nobody is to hear of this parcel, or there is nothing to push yet.");
    options.pushScans(parcel, [latest]);
    return { status: 202, body: describe(parcel) };
  }

  function inject(request: LocalRequest): LocalAnswer {
    const fault = readOrder(request, NewFault);
    if (!fault.ok) return problem(fault.status, fault.problem);
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

  function withParcel([carrier, number]: readonly [string, string], act: (parcel: Parcel) => LocalAnswer): LocalAnswer {
    const known = SANDBOX_CARRIERS.find((code) => code === carrier);
    const parcel = known === undefined ? null : parcels.find(known, number);
    return parcel === null ? problem(404, "The sandbox has no such parcel.") : act(parcel);
  }
}

function describeJourney(journey: Journey): object {
  const { code, title, parcels } = journey;
  return { code, title, parcels: parcels.length, spanMinutes: spanMinutes(journey) };
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

const ok = (body: object): LocalAnswer => ({ status: 200, body });

const nothingHere = (): LocalAnswer => problem(404, "There is nothing here. docs/sandbox.md lists the addresses.");

const problem = (status: number, error: string): LocalAnswer => ({ status, body: { error } });
