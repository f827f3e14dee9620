import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../runtime/clock.js";
import type { Logger } from "../runtime/logger.js";
import { type CallAllowance, createCallLimit } from "./call-limit.js";
import type { ClientCredentials } from "./client-credentials.js";
import { createControl } from "./control.js";
import { MAX_CONTROL_BODY_BYTES } from "./control-orders.js";
import { startDhl } from "./dhl/start-dhl.js";
import { createDhlDesk } from "./dhl/subscriptions.js";
import { createDriver } from "./driver.js";
import { createEasypostDesk } from "./easypost/desk.js";
import { startEasypost } from "./easypost/start-easypost.js";
import type { EmulatorOptions } from "./emulator.js";
import { createFaults, type Faults } from "./faults.js";
import { FEDEX_SUBSCRIPTION_PATHS, type FedexSubscriptionPaths } from "./fedex/answer-subscriptions.js";
import { createFedexDesk } from "./fedex/desk.js";
import { startFedex } from "./fedex/start-fedex.js";
import { type LocalServer, startLocalServer } from "./local-server.js";
import { advanceParcel, type Hook, type Parcel, type SandboxCarrier } from "./parcel.js";
import { createParcels, type ParcelOrder } from "./parcels.js";
import { type Post, post } from "./post.js";
import { createPushDrops } from "./push-drops.js";
import { createPushQueue, type PushCounts } from "./push-queue.js";
import { createPusher } from "./push-scans.js";
import { createShipengineDesk } from "./shipengine/desk.js";
import { createShipengineKeys } from "./shipengine/signing-keys.js";
import { startShipengine } from "./shipengine/start-shipengine.js";
import type { SubscriptionDesk, SubscriptionView } from "./subscription-desk.js";
import { createUpsDesk } from "./ups/desk.js";
import { startUps } from "./ups/start-ups.js";
import { startUsps, USPS_SCOPES } from "./usps/start-usps.js";
import { createUspsDesk } from "./usps/subscriptions.js";

export interface SandboxOptions {
  readonly now: Clock;
  readonly log: Logger;
  /** 0 or absent: any free port. All listen on 127.0.0.1 only. */
  readonly ports?: Readonly<Partial<Record<SandboxCarrier | "control", number>>>;
  /** The client that the emulated carriers let in; default `SANDBOX_CLIENT`. */
  readonly client?: ClientCredentials;
  /** Pushes under way at once; default 8. */
  readonly pushConcurrency?: number;
  /** Waits between FedEx's push attempts; default 1, 2 and 4 minutes as documented. */
  readonly fedexRetryDelaysMs?: readonly number[];
  /** How many track calls a carrier takes in a window before it answers 429; absent: any number. */
  readonly limits?: Readonly<Partial<Record<SandboxCarrier, CallAllowance>>>;
  /** Where FedEx takes subscriptions, which its documents do not say; default `FEDEX_SUBSCRIPTION_PATHS`. */
  readonly fedexSubscriptionPaths?: FedexSubscriptionPaths;
  /** What USPS granted to the client; default: tracking and subscriptions. */
  readonly uspsScopes?: readonly string[];
  /** How long access tokens live; default 3,599 s (FedEx), 14,399 s (UPS) and 28,799 s (USPS). */
  readonly tokenLifetimeSeconds?: number;
  /** Whether parcels move by themselves; default true. Without, only `move`, `advance` and the control API move them. */
  readonly driven?: boolean;
  /** How pushes are posted and waits waited; default: over the network, by real timers. */
  readonly post?: Post;
  readonly wait?: (delayMs: number, signal: AbortSignal) => Promise<unknown>;
}

/** A running sandbox. */
export interface Sandbox {
  /** Base addresses, `http://127.0.0.1:<port>`: what a connection of that carrier has as its `baseUrl`. */
  readonly urls: Readonly<Record<SandboxCarrier | "control", string>>;
  readonly client: ClientCredentials;
  readonly faults: Faults;
  /** Puts a parcel on its way. @throws ParcelOrderError with a sentence */
  register(order: ParcelOrder): Parcel;
  /** Lets everything happen that is due now, and queues its pushes. */
  move(): void;
  /** Lets the next step of a parcel happen now; false when there is none. */
  advance(carrier: SandboxCarrier, trackingNumber: string): boolean;
  parcels(): readonly Parcel[];
  pushes(): PushCounts;
  /** Loses the next pushes of a carrier on their way, so that only asking it shows what they said. */
  dropPushes(carrier: SandboxCarrier, pushes: number): void;
  /**
   * Fills in the form of FedEx's or UPS's portal that says where subscribed numbers are pushed. UPS Track Alert v1 does
   * without: there every subscription says it.
   */
  setPortalHook(hook: Extract<Hook, { kind: "fedex" | "ups_v2" }>): void;
  /** Who subscribed to what. */
  subscriptions(carrier: SandboxCarrier): readonly SubscriptionView[];
  /** Ends the subscriptions of a number, or all (null), as if their time were over; returns how many. */
  expireSubscriptions(carrier: SandboxCarrier, trackingNumber: string | null): number;
  /** Makes ShipEngine sign with another key; the old one stays published for a day. */
  rotateKeys(): void;
  /** Resolves when no push is waiting or under way. */
  pushesSettled(): Promise<void>;
  /** Resolves once somebody asked it to stop through the control API or `stop` was called. */
  readonly stopped: Promise<void>;
  /** Finishes the pushes under way, drops the rest and closes everything. May be called twice. */
  stop(): Promise<void>;
}

export const SANDBOX_CLIENT: ClientCredentials = { clientId: "sandbox-client", clientSecret: "sandbox-secret" };

const DEFAULT_PUSH_CONCURRENCY = 8;

/**
 * Starts the emulated carriers, their control API and the driver that walks parcels through their journeys.
 * @throws when a port is taken
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { now, log, ports = {}, client = SANDBOX_CLIENT, wait = waitForReal } = options;
  const subscriptionPaths = options.fedexSubscriptionPaths ?? FEDEX_SUBSCRIPTION_PATHS;
  const parcels = createParcels();
  const faults = createFaults();
  const queue = createPushQueue({ concurrency: options.pushConcurrency ?? DEFAULT_PUSH_CONCURRENCY, log, wait });
  const drops = createPushDrops();
  const posting = options.post ?? post;
  const deliver: EmulatorOptions["deliver"] = (push) => queue.add(push);
  const fedex = createFedexDesk(now, newToken);
  const ups = createUpsDesk(now);
  const usps = createUspsDesk({ now, newToken, post: posting, deliver });
  const dhl = createDhlDesk({ now, newToken, post: posting, deliver });
  const easypost = createEasypostDesk({
    now,
    newToken,
    post: posting,
    deliver,
    facts: (number) => parcels.facts("easypost", number),
  });
  const shipengine = createShipengineDesk((number) => parcels.facts("shipengine", number));
  const shipengineKeys = createShipengineKeys(now);
  const desks: Readonly<Record<SandboxCarrier, SubscriptionDesk>> = {
    fedex,
    ups,
    usps,
    dhl,
    easypost,
    shipengine,
  };
  const pushScans = createPusher({
    queue,
    drops,
    subscribers: (parcel) => desks[parcel.carrier].targets(parcel.trackingNumber),
    post: posting,
    now,
    newToken,
    shipengineKeys,
    ...(options.fedexRetryDelaysMs && { fedexRetryDelaysMs: options.fedexRetryDelaysMs }),
  });
  const driver = createDriver({ parcels, pushScans, now, log, wait });
  const stopping = new AbortController();
  let tellStopped = () => {};
  const stopped = new Promise<void>((tell) => {
    tellStopped = tell;
  });
  const servers: LocalServer[] = [];
  let closing: Promise<void> | null = null;

  const emulator = (carrier: SandboxCarrier): EmulatorOptions => ({
    port: ports[carrier] ?? 0,
    now,
    log: log.child({ carrier }),
    facts: (trackingNumber) => parcels.facts(carrier, trackingNumber),
    faults,
    client,
    newToken,
    deliver,
    post: posting,
    wait,
    ...limitOf(carrier),
    ...(options.tokenLifetimeSeconds !== undefined && { tokenLifetimeSeconds: options.tokenLifetimeSeconds }),
  });

  function limitOf(carrier: SandboxCarrier) {
    const allowance = options.limits?.[carrier];
    return allowance === undefined ? {} : { limit: createCallLimit(allowance) };
  }

  async function start(server: Promise<LocalServer>): Promise<string> {
    const started = await server;
    servers.push(started);
    return started.url;
  }

  async function startAll(): Promise<Sandbox["urls"]> {
    const answer = createControl({
      parcels,
      faults,
      pushScans,
      queue,
      drops,
      desks,
      setPortalHook,
      rotateKeys: () => shipengineKeys.rotate(),
      now,
      stop: () => setImmediate(() => void stop()),
    });
    return {
      fedex: await start(startFedex({ ...emulator("fedex"), desk: fedex, subscriptionPaths })),
      ups: await start(startUps({ ...emulator("ups"), desk: ups })),
      usps: await start(startUsps({ ...emulator("usps"), desk: usps, scopes: options.uspsScopes ?? USPS_SCOPES })),
      dhl: await start(startDhl({ ...emulator("dhl"), desk: dhl })),
      easypost: await start(startEasypost({ ...emulator("easypost"), desk: easypost })),
      shipengine: await start(startShipengine({ ...emulator("shipengine"), desk: shipengine, keys: shipengineKeys })),
      control: await start(
        startLocalServer({ port: ports.control ?? 0, maxBodyBytes: MAX_CONTROL_BODY_BYTES, log, answer }),
      ),
    };
  }

  function setPortalHook(hook: Extract<Hook, { kind: "fedex" | "ups_v2" }>): void {
    if (hook.kind === "fedex") fedex.setHook(hook);
    else ups.setHook(hook);
  }

  function stop(): Promise<void> {
    closing ??= (async () => {
      stopping.abort();
      await driving;
      await queue.stop();
      await Promise.all(servers.map((server) => server.stop()));
      tellStopped();
    })();
    return closing;
  }

  let driving: Promise<void> = Promise.resolve();
  const urls = await startAll().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  if (options.driven !== false) driving = driver.run(stopping.signal);

  return {
    urls,
    client,
    faults,
    register: (order) => parcels.register(order, now()),
    move: () => driver.move(),
    advance(carrier, trackingNumber) {
      const parcel = parcels.find(carrier, trackingNumber);
      const pushes = parcel === null ? null : advanceParcel(parcel, now());
      if (parcel === null || pushes === null) return false;
      pushScans(parcel, pushes);
      return true;
    },
    parcels: () => parcels.all(),
    pushes: () => queue.counts(),
    dropPushes: (carrier, pushes) => drops.drop(carrier, pushes),
    setPortalHook,
    subscriptions: (carrier) => desks[carrier].list(),
    expireSubscriptions: (carrier, trackingNumber) => desks[carrier].expire(trackingNumber),
    rotateKeys: () => shipengineKeys.rotate(),
    pushesSettled: () => queue.idle(),
    stopped,
    stop,
  };
}

function newToken(): string {
  return randomBytes(24).toString("base64url");
}

async function waitForReal(delayMs: number, signal: AbortSignal): Promise<void> {
  await delay(delayMs, undefined, { signal });
}
