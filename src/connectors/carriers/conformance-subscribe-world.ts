import type { HttpRequest, HttpResponse } from "../../runtime/http-client.js";
import type { CarrierFixtures, SubscriptionFixtures } from "./conformance-fixtures.js";
import { type AccessToken, CarrierCallError, type SubscribeContext } from "./contract.js";

/** A carrier that answers from memory, with a token cache like the real one. */
export interface SubscribeWorld {
  readonly context: SubscribeContext;
  /** All requests, those for tokens included. */
  readonly requests: HttpRequest[];
  /** What was answered, tokens left out. */
  readonly answers: HttpResponse[];
}

/** Plays a carrier for subscription calls. Requests for tokens are answered as in polling, all others by `onCall`. */
export function createSubscribeWorld(
  fixtures: Pick<CarrierFixtures, "credentials" | "nowMs" | "poll">,
  { hookUrl }: Pick<SubscriptionFixtures, "hookUrl">,
  onCall: (request: HttpRequest) => HttpResponse,
): SubscribeWorld {
  const requests: HttpRequest[] = [];
  const answers: HttpResponse[] = [];
  const token = fixtures.poll?.token;
  let kept: AccessToken | null = null;
  return {
    requests,
    answers,
    context: {
      credentials: fixtures.credentials,
      hookUrl,
      http: async (request) => {
        requests.push(request);
        if (token?.isRequest(request)) return { status: 200, headers: {}, body: token.body };
        const answer = onCall(request);
        answers.push(answer);
        return answer;
      },
      tokens: {
        get: async (obtain) => (kept ??= await obtain()),
        refresh: async (_stale, obtain) => (kept = await obtain()),
      },
      now: () => fixtures.nowMs,
      newId: () => "00000000-0000-7000-8000-000000000001",
      signal: new AbortController().signal,
    },
  };
}

/** The failure of a call that has to fail. */
export async function failureOf(call: Promise<unknown> | undefined): Promise<CarrierCallError> {
  const error: unknown = await call?.then(
    () => new Error("The call succeeded."),
    (thrown: unknown) => thrown,
  );
  if (error instanceof CarrierCallError) return error;
  throw error;
}
