import type { EmulatorOptions } from "./emulator.js";
import type { FaultyCall } from "./faults.js";
import type { LocalAnswer, LocalRequest } from "./local-server.js";
import type { SandboxCarrier } from "./parcel.js";

/** How a carrier words the answers to calls that go wrong. */
export interface Refusals {
  readonly serverError: () => LocalAnswer;
  readonly tooMany: (retryAfterSeconds: number) => LocalAnswer;
}

/** One call as it came in. */
export interface IncomingCall {
  readonly carrier: SandboxCarrier;
  readonly call: FaultyCall;
  readonly request: LocalRequest;
}

/**
 * Answers a call, unless a fault waits for it or the carrier's limit of track calls is reached. `answer` is told whether
 * the token or key of the call is to be taken for expired from now on.
 */
export async function answerWithFaults(
  { faults, limit, now, wait }: Pick<EmulatorOptions, "faults" | "limit" | "now" | "wait">,
  { carrier, call, request }: IncomingCall,
  { serverError, tooMany }: Refusals,
  answer: (expired: boolean) => LocalAnswer | Promise<LocalAnswer>,
): Promise<LocalAnswer> {
  const fault = faults.take(carrier, call);
  if (fault?.kind === "slow") await wait(fault.delayMs, request.signal);
  if (fault?.kind === "server_error") return serverError();
  if (fault?.kind === "rate_limited") return tooMany(fault.retryAfterSeconds);
  const waitMs = call === "track" ? (limit?.refuse(now()) ?? null) : null;
  if (waitMs !== null) return tooMany(Math.ceil(waitMs / 1_000));
  const answered = await answer(fault?.kind === "expired_token");
  return fault?.kind === "truncated" ? firstHalf(answered) : answered;
}

/** As a broken proxy passes it on: whole by its length, and cut in the middle of the JSON. */
function firstHalf(answer: LocalAnswer): LocalAnswer {
  const { body = "", headers } = answer;
  const whole = typeof body === "string" || body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body);
  return {
    ...answer,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: whole.slice(0, Math.floor(whole.length / 2)),
  };
}
