import type { JsonWebKey } from "node:crypto";
import type { NumberShape } from "../../domain/detect-carriers.js";
import type { Report } from "../../domain/report.js";
import type { Status, SubStatus } from "../../domain/status.js";
import type { CredentialField, Credentials } from "../../runtime/credentials.js";
import { type HttpClient, HttpError, type HttpRequest, type HttpResponse } from "../../runtime/http-client.js";
import { retryAfterMs } from "../../runtime/retry.js";

/**
 * What a carrier connector is: a value in one folder. `fetch` and the subscription calls are the only I/O; everything
 * else is pure. It knows how to talk and to read, never when to ask, what to store or whom to tell.
 */
export interface Carrier {
  readonly code: string;
  readonly name: string;
  readonly numberFormats: readonly NumberFormat[];
  /** For carriers whose documents name numbers that their sandbox answers about. */
  readonly testNumbers?: TestNumbers;
  /** The carrier's codes as data. The key is the one of `waybill carriers codes`. */
  readonly statusCodes: readonly StatusCode[];
  /**
   * What the tables of `statusCodes` are, one sentence each, in our words and the names of the carrier's fields. A table is
   * what stands before the colon of a key; `""` has the keys without one. Its page (`docs/carriers`) shows them.
   */
  readonly codeTables?: Readonly<Record<string, string>>;
  readonly credentials: readonly CredentialField[];
  /**
   * It carries nothing itself but speaks for carriers (EasyPost, ShipEngine). Its trackings name the carrier that has the
   * parcel, its scans are marked `relayed`, and it can be asked about any carrier's number.
   */
  readonly aggregator?: true;
  /** The carrier's own public tracking page of a number. Aggregators have none. */
  readonly trackingUrl?: (trackingNumber: string) => string;
  readonly poll?: CarrierPoll;
  readonly push?: CarrierPush;
}

export interface NumberFormat extends NumberShape {
  readonly examples: readonly string[];
}

/** Numbers that a carrier's own sandbox answers about, from the carrier's documents; the connector names them. */
export interface TestNumbers {
  /**
   * Whether the calls of a connection go where these numbers are known: to the carrier's sandbox, by its address or by a test
   * key, or to one on this machine. Pure.
   */
  readonly appliesTo: (credentials: Credentials) => boolean;
  /** At least one; the first is what `waybill connections check` asks about. */
  readonly numbers: readonly TestNumber[];
}

export interface TestNumber {
  readonly trackingNumber: string;
  /** The status that the documents promise, `not_found` where the number stands for an unknown parcel, null where they promise none. */
  readonly shows: Status | "not_found" | null;
}

/** One documented carrier code and what it means. `information`: known and moves nothing (`subStatus` is empty then). */
export interface StatusCode {
  readonly key: string;
  readonly status: Status | "information";
  readonly subStatus: SubStatus | "";
  readonly revokesDelivery?: true;
  readonly cancelsReturn?: true;
}

/** An OAuth access token as kept between processes; `expiresAt` in ms since the epoch. */
export interface AccessToken {
  readonly value: string;
  readonly expiresAt: number;
}

/**
 * The token cache of one connection, shared by all processes. `refresh` is single-flight across them: it runs `obtain`
 * in at most one process at a time and gives the others its result. `stale` is a token the carrier has just refused.
 */
export interface TokenCache {
  get(obtain: () => Promise<AccessToken>): Promise<AccessToken>;
  refresh(stale: AccessToken, obtain: () => Promise<AccessToken>): Promise<AccessToken>;
}

/** A number to ask about, with what helps the carrier to find the right use of it. */
export interface TrackQuery {
  readonly trackingNumber: string;
  readonly carrierUniqueId: string | null;
  /** `YYYY-MM-DD` */
  readonly shipDate: string | null;
  /** Whose number it is, for aggregators: a carrier's code, or null where nobody knows. Carriers know their own. */
  readonly carrier?: string | null;
}

export interface FetchContext {
  readonly credentials: Credentials;
  readonly http: HttpClient;
  readonly tokens: TokenCache;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: () => string;
  readonly signal?: AbortSignal;
}

/**
 * How many calls a carrier takes from one connection. Windows of hour and day are null where it has none. What a carrier
 * grants differs by contract, so every connection may set its own.
 */
export interface CallBudget {
  /** May be below one: 0.2 is a call every five seconds. */
  readonly perSecond: number;
  readonly perHour: number | null;
  readonly perDay: number | null;
}

export interface CarrierPoll {
  /** The most numbers one call may ask about. */
  readonly batchSize: number;
  /** What the carrier grants a new account, by its documents or by what users saw. */
  readonly budget: CallBudget;
  readonly maxBytes: number;
  /**
   * Asks the carrier about 1..batchSize numbers and returns its body as received.
   * @throws CarrierCallError whose kind alone decides the retry
   */
  readonly fetch: (queries: readonly TrackQuery[], context: FetchContext) => Promise<Uint8Array>;
  readonly parse: ParseBody;
  /** What to ask about to prove a connection that no test number is for; else an example of the carrier's first number format. */
  readonly checkQuery?: TrackQuery;
}

/** @throws UnreadableBodyError with one sentence when the body is no report of this carrier; never anything else */
export type ParseBody = (body: Uint8Array) => Report;

/** A push request as it came in. Header names are lower case. */
export interface PushRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly rawBody: Uint8Array;
}

export interface CarrierPush {
  readonly maxBytes: number;
  /**
   * Pure and constant-time. True only when the carrier of this connection sent exactly these bytes. `keys` are those of
   * `signingKeys`, for carriers that have it.
   */
  readonly verify: (request: PushRequest, credentials: Credentials, nowMs: number, keys?: SigningKeys) => boolean;
  readonly parse: ParseBody;
  /** For carriers that want us to be their OAuth server: answers a token request. Pure. */
  readonly token?: (request: PushRequest, credentials: Credentials, nowMs: number) => TokenAnswer;
  /**
   * For carriers that send a challenge to a new address and want it back (USPS): the JSON to answer with, or null when this
   * request is none. Pure. Nobody has signed anything yet, so it may only say back what it was told, bounded.
   */
  readonly challenge?: (request: PushRequest) => Readonly<Record<string, string>> | null;
  /**
   * For carriers that ask back before they push: the one call that confirms the subscription, or null when this request
   * does not ask for it. Pure; to be called for verified requests only. The request holds secrets.
   */
  readonly activation?: (request: PushRequest, credentials: Credentials) => HttpRequest | null;
  /** For carriers that sign with keys they publish (ShipEngine). */
  readonly signingKeys?: PublishedKeys;
  /** For carriers that push only what they were asked to. */
  readonly subscriptions?: CarrierSubscriptions;
}

/** Public keys of a carrier by their key id (RFC 7517). */
export type SigningKeys = ReadonlyMap<string, JsonWebKey>;

/** Where a carrier publishes the keys that it signs with. The caller keeps them, and asks again for an id it does not know. */
export interface PublishedKeys {
  /** The id of the key that a request says it is signed with; null when it names none. Pure, nothing is verified yet. */
  readonly keyIdOf: (request: PushRequest) => string | null;
  /** @throws CarrierCallError */
  readonly fetch: (context: Pick<FetchContext, "credentials" | "http" | "signal" | "now">) => Promise<SigningKeys>;
}

export interface SubscribeContext extends FetchContext {
  /** The public address that takes this connection's pushes, `https://…/hooks/<carrier>/<connectionId>`. */
  readonly hookUrl: string;
}

/** What a carrier says about pushing one number. */
export interface SubscriptionAnswer {
  readonly trackingNumber: string;
  /** `pending`: it decides later, see `check`. `refused`: it will not push this number, so it has to be polled. */
  readonly outcome: "subscribed" | "pending" | "refused";
  /** The carrier's id of the subscription, where it has one. */
  readonly reference: string | null;
  /** When it ends by itself (ms since the epoch); null when it lasts. */
  readonly expiresAt: number | null;
  /** For operators, one sentence; given with `refused`. Holds no secret. */
  readonly reason: string | null;
}

/** The answer to one call: one entry for each number that the carrier spoke of, and its job where it works them off later. */
export interface SubscriptionReport {
  readonly jobId: string | null;
  readonly numbers: readonly SubscriptionAnswer[];
}

/** How to make a carrier push numbers. Every call may be repeated: asking for what is there already is no error. */
export interface CarrierSubscriptions {
  /** The most numbers one call may name. */
  readonly batchSize: (credentials: Credentials) => number;
  /** Why this connection cannot subscribe, as one sentence with what to do; null when it can. Pure. */
  readonly obstacle: (credentials: Credentials, hookUrl: string) => string | null;
  /**
   * Asks for pushes about 1..batchSize numbers; said again, it renews.
   * @throws CarrierCallError whose kind alone decides the retry
   */
  readonly subscribe: (queries: readonly TrackQuery[], context: SubscribeContext) => Promise<SubscriptionReport>;
  /**
   * What became of a job; numbers not decided yet are `pending`. `queries` are all that the job was asked for.
   * @throws CarrierCallError
   */
  readonly check?: (
    jobId: string,
    queries: readonly TrackQuery[],
    context: SubscribeContext,
  ) => Promise<SubscriptionReport>;
  /**
   * Ends subscriptions that nobody needs any more, 1..batchSize of them; no number that is still wanted has the same
   * reference. What is gone already is no error.
   * @throws CarrierCallError
   */
  readonly unsubscribe?: (
    subscriptions: readonly {
      readonly trackingNumber: string;
      readonly reference: string | null;
      readonly carrier: string | null;
    }[],
    context: SubscribeContext,
  ) => Promise<void>;
}

/** An OAuth token endpoint's answer (RFC 6749 section 5). */
export interface TokenAnswer {
  readonly status: 200 | 400 | 401;
  readonly body: Readonly<Record<string, string | number>>;
}

export type CarrierFailure = "unauthorized" | "rejected" | "rate_limited" | "unavailable" | "unreadable";

/** A call to a carrier that failed as a whole. The message is for operators and holds no secret. */
export class CarrierCallError extends Error {
  override readonly name = "CarrierCallError";
  constructor(
    readonly kind: CarrierFailure,
    message: string,
    /** Milliseconds the carrier asked us to wait, where it did. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
  }
}

/** A body that is no report of the carrier: not its format, truncated, another carrier's, an error page. */
export class UnreadableBodyError extends Error {
  override readonly name = "UnreadableBodyError";
}

/**
 * Sends one request to a carrier. Any whole answer is returned, whatever its status.
 * @throws CarrierCallError when no whole answer arrived
 */
export async function callCarrier(
  name: string,
  context: Pick<FetchContext, "http" | "signal">,
  request: HttpRequest,
): Promise<HttpResponse> {
  try {
    return await context.http({ ...request, ...(context.signal && { signal: context.signal }) });
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    const kind = error.kind === "too_large" ? "unreadable" : "unavailable";
    throw new CarrierCallError(kind, `${name} gave no whole answer (${error.kind}).`);
  }
}

/**
 * Makes a call with the connection's token, for carriers with OAuth. A refused token is renewed once and the call made once
 * more.
 * @throws CarrierCallError
 */
export async function callWithToken(
  context: FetchContext,
  obtainToken: (context: FetchContext) => Promise<AccessToken>,
  call: (token: AccessToken) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  const obtain = () => obtainToken(context);
  const token = await context.tokens.get(obtain);
  const response = await call(token);
  return response.status === 401 ? call(await context.tokens.refresh(token, obtain)) : response;
}

/** The failure kind of a refused call where the carrier has no rules of its own. */
export function failureKindOf(status: number): CarrierFailure {
  if (status === 429) return "rate_limited";
  if (status === 401 || status === 403) return "unauthorized";
  if (status === 408 || status >= 500) return "unavailable";
  return "rejected";
}

/**
 * A refused call in one sentence with the carrier's error codes. Its texts may echo what we sent, so they stay out.
 * `what` begins the sentence: `FedEx refused the tracking request`.
 */
export function refusedCall(
  what: string,
  kind: CarrierFailure,
  response: HttpResponse,
  codes: readonly string[],
  nowMs: number,
): CarrierCallError {
  const detail = [`HTTP ${response.status}`, ...codes].join(", ");
  return new CarrierCallError(kind, `${what} (${detail}).`, retryAfterMs(response.headers, nowMs));
}

/**
 * Why a carrier could not push to `hookUrl`, as one sentence with what to do; null when it can. An address of this machine is
 * reached only by an API on this machine, which is how the sandbox is used; there plain http will do. `apiUrl`: where the
 * connection's calls go.
 */
export function hookObstacle(name: string, hookUrl: string, apiUrl: string): string | null {
  const hook = URL.canParse(hookUrl) ? new URL(hookUrl) : null;
  if (hook !== null && isOnThisMachine(hook) && URL.canParse(apiUrl) && isOnThisMachine(new URL(apiUrl))) return null;
  if (hook?.protocol === "https:" && !isOnThisMachine(hook)) return null;
  return `${name} pushes to public https addresses only: set WAYBILL_PUBLIC_URL to the one under which it reaches Waybill.`;
}

/** Whether calls to `apiUrl` go to one of a carrier's sandboxes, by their hosts, or to one on this machine. */
export function isSandboxAddress(apiUrl: string, hosts: readonly string[]): boolean {
  const url = URL.canParse(apiUrl) ? new URL(apiUrl) : null;
  return url !== null && (hosts.includes(url.host) || isOnThisMachine(url));
}

/** Whether an address leads back to the machine that asks (RFC 6761 section 6.3, RFC 5735 section 3, RFC 4291 section 2.5.3). */
export function isOnThisMachine({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}

/** The answer about a number that the carrier pushes from now on. */
export function subscribedNumber(
  trackingNumber: string,
  { reference = null, expiresAt = null }: Partial<Pick<SubscriptionAnswer, "reference" | "expiresAt">> = {},
): SubscriptionAnswer {
  return { trackingNumber, outcome: "subscribed", reference, expiresAt, reason: null };
}

/** The answer about a number that the carrier will not push. `reason` is one sentence for operators. */
export function refusedNumber(trackingNumber: string, reason: string): SubscriptionAnswer {
  return { trackingNumber, outcome: "refused", reference: null, expiresAt: null, reason };
}

/**
 * Keeps a call that names none or too many numbers from being made.
 * @throws CarrierCallError `rejected`
 */
export function checkBatch(name: string, numbers: readonly unknown[], batchSize: number): void {
  if (numbers.length >= 1 && numbers.length <= batchSize) return;
  const most = batchSize === 1 ? "one number" : `1 to ${batchSize} numbers`;
  throw new CarrierCallError("rejected", `${name} takes ${most} per call, not ${numbers.length}.`);
}
