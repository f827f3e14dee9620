import type { Credentials } from "../../runtime/credentials.js";
import type { HttpRequest, HttpResponse } from "../../runtime/http-client.js";
import type { PushRequest, SigningKeys, TrackQuery } from "./contract.js";

/** What a carrier's folder brings along so that the suite can prove it. Bodies are written from facts, not captured. */
export interface CarrierFixtures {
  /** Every field filled; secrets long enough to be recognised in a text. */
  readonly credentials: Credentials;
  readonly nowMs: number;
  /** One and the same scan, and no other, as the carrier states it by push, by a richer push, and by poll. */
  readonly sameScan: { readonly push?: Uint8Array; readonly richerPush?: Uint8Array; readonly poll?: Uint8Array };
  /** A readable body (for `poll.parse`, or for `push.parse` where there is no poll) with one scan of this code. */
  readonly bodyWithCode: (code: string) => Uint8Array;
  /** A body of another carrier. */
  readonly foreignBody: Uint8Array;
  readonly poll?: PollFixtures;
  readonly push?: PushFixtures;
  readonly subscriptions?: SubscriptionFixtures;
}

export interface PollFixtures {
  /** For carriers with OAuth: which requests ask for a token, what is answered, and the token in the answer. */
  readonly token?: {
    readonly isRequest: (request: HttpRequest) => boolean;
    readonly body: Uint8Array;
    readonly value: string;
  };
  readonly queries: readonly TrackQuery[];
  /** A report about `queries`. */
  readonly body: Uint8Array;
}

export interface PushFixtures {
  /** Makes the request as the carrier would send it at a time. */
  readonly sign: (rawBody: Uint8Array, credentials: Credentials, atMs: number) => PushRequest;
  /** False for a carrier that only sends a shared secret, which says nothing about the body. */
  readonly signsBody: boolean;
  /** How old a push may be before it is refused; null where the scheme has no time in it. */
  readonly maxAgeMs: number | null;
  readonly body: Uint8Array;
  /** For carriers with `signingKeys`. */
  readonly published?: {
    /** What the carrier publishes, the key of `sign` among it. */
    readonly keys: SigningKeys;
    /** As `sign`, under the same key id, but with a key that is not published. */
    readonly signWithOther: PushFixtures["sign"];
  };
}

export interface SubscriptionFixtures {
  readonly queries: readonly TrackQuery[];
  readonly hookUrl: string;
  /** What the carrier answers when it agrees to everything, by the request alone. Token requests never come here. */
  readonly answer: (request: HttpRequest) => HttpResponse;
  /** The settings that lead to an API on this machine (127.0.0.1), as in the sandbox. */
  readonly onThisMachine?: Credentials;
}
