import { randomUUID } from "node:crypto";
import {
  type Carrier,
  CarrierCallError,
  type CarrierFailure,
  type TestNumber,
  type TrackQuery,
  UnreadableBodyError,
} from "../connectors/carriers/contract.js";
import type { Credentials } from "../runtime/credentials.js";
import { SealError } from "../runtime/sealing.js";
import type { ConnectionRow } from "../store/connections.js";
import { openCredentials } from "../store/open-credentials.js";
import { type AskingContext, askCarrier } from "./ask-carrier.js";
import { type CheckFindings, describeCheck, readAnswer } from "./describe-check.js";
import { passingTokens, type TokenWatch, watchTokens } from "./watch-tokens.js";

/** What came of checking a carrier, for a person: what is so, and what to do where it is not well. */
export interface CarrierCheck extends CheckFindings {
  readonly ok: boolean;
  /** Null when all is well. */
  readonly kind: CarrierFailure | "unopenable" | null;
  readonly sentence: string;
  /** What to do; null when all is well. */
  readonly advice: string | null;
}

/** What to do, and the rest of it for a connection. */
const ADVICE: Readonly<Record<CarrierFailure | "unopenable", readonly [string, string]>> = {
  unauthorized: [
    "Check the client ID, the secret and that the address belongs to them (sandbox or production).",
    "Mend them with waybill connections update.",
  ],
  rejected: [
    "The carrier understood us and said no: check that the account may use its tracking API, and the paths if you changed them.",
    "",
  ],
  rate_limited: ["Wait until then.", "Waybill does not call this connection meanwhile."],
  unavailable: ["Check the address and that this machine can reach it; else the carrier is down: try again later.", ""],
  unreadable: ["Something other than the carrier's API answers: check the address, and any proxy in between.", ""],
  unopenable: [
    "Put the earlier key into WAYBILL_SECRET_KEYS_OLD, or give all fields again with waybill connections update.",
    "",
  ],
};

/**
 * Proves a carrier connection by one harmless question, out of its budget: about a documented test number where it leads to
 * the carrier's sandbox, else about the carrier's number for that or the first example of its number formats. That nobody
 * ever sent such a parcel is a good answer: it proves address, credentials and format. Says besides whether numbers could be
 * subscribed, and subscribes none. `hookUrl`: the address that the carrier would push to.
 */
export async function checkCarrierConnection(
  carrier: Carrier,
  connection: ConnectionRow,
  context: AskingContext,
  hookUrl: string,
): Promise<CarrierCheck> {
  try {
    const credentials = openCredentials(context.ring, connection);
    const checked = await check(carrier, credentials, hookUrl, (query, tokens) =>
      askCarrier(carrier, connection, query, { ...context, watchTokens: tokens.watch }),
    );
    if (checked.kind === null) return checked;
    return { ...checked, advice: ADVICE[checked.kind].filter((part) => part !== "").join(" ") };
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    const { message: sentence } = error;
    const untried = { asked: null, token: "none", answer: null, subscribing: null } as const;
    return { ok: false, kind: "unopenable", sentence, advice: ADVICE.unopenable[0], ...untried };
  }
}

/** The same with credentials that are not kept here: nothing is stored, and no budget is known. */
export function checkCarrierCredentials(
  carrier: Carrier,
  credentials: Credentials,
  { http, now }: Pick<AskingContext, "http" | "now">,
  hookUrl: string,
): Promise<CarrierCheck> {
  return check(carrier, credentials, hookUrl, async (query, tokens) => {
    const context = { credentials, http, tokens: tokens.watch(passingTokens()), now, newId: randomUUID };
    if (carrier.poll === undefined)
      throw new CarrierCallError("rejected", `${carrier.name} cannot be asked; it only pushes.`);
    return carrier.poll.fetch([query], context);
  });
}

async function check(
  carrier: Carrier,
  credentials: Credentials,
  hookUrl: string,
  ask: (query: TrackQuery, tokens: TokenWatch) => Promise<Uint8Array>,
): Promise<CarrierCheck> {
  const tokens = watchTokens();
  const testNumber = testNumberFor(carrier, credentials);
  const query = testNumber === null ? harmlessQuery(carrier) : bareQuery(testNumber.trackingNumber);
  const obstacle = carrier.push?.subscriptions?.obstacle(credentials, hookUrl) ?? null;
  const about = {
    asked: { trackingNumber: query.trackingNumber, isTestNumber: testNumber !== null },
    subscribing: carrier.push?.subscriptions === undefined ? null : { possible: obstacle === null, obstacle },
  };
  try {
    const body = await ask(query, tokens);
    const answer = readAnswer(carrier.poll?.parse(body) ?? { trackings: [], notices: [] });
    const seen = { ...about, token: tokens.origin(), answer };
    return { ok: true, kind: null, advice: null, sentence: describeCheck(carrier.name, seen, testNumber), ...seen };
  } catch (error) {
    const [kind, sentence] = failureOf(error);
    return { ok: false, kind, sentence, advice: ADVICE[kind][0], ...about, token: tokens.origin(), answer: null };
  }
}

function testNumberFor({ testNumbers }: Carrier, credentials: Credentials): TestNumber | null {
  return testNumbers?.appliesTo(credentials) === true ? (testNumbers.numbers[0] ?? null) : null;
}

function harmlessQuery({ poll, numberFormats }: Carrier): TrackQuery {
  return poll?.checkQuery ?? bareQuery(numberFormats[0]?.examples[0] ?? "");
}

function bareQuery(trackingNumber: string): TrackQuery {
  return { trackingNumber, carrierUniqueId: null, shipDate: null, carrier: null };
}

/** Anything else is a fault of ours and goes on. */
function failureOf(error: unknown): readonly [CarrierFailure, string] {
  if (error instanceof CarrierCallError) return [error.kind, withWait(error)];
  if (error instanceof UnreadableBodyError) return ["unreadable", error.message];
  throw error;
}

function withWait({ message, retryAfterMs }: CarrierCallError): string {
  return retryAfterMs === null ? message : `${message} Next call in ${Math.ceil(retryAfterMs / 1000)} s.`;
}
