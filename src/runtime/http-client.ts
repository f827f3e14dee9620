/** A request to an outside system. Bodies are bytes or text; the client adds nothing but what is said here. */
export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Whole request including the body; default 20,000. */
  readonly timeoutMs?: number;
  /** Largest answer body taken; default 5 MiB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/** Any answer that arrived whole, whatever its status. Header names are lower case. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** Why no whole answer arrived. `sent` tells whether the request may have reached the other side. */
export type HttpFailure = "timeout" | "connection" | "too_large" | "aborted";

/** Sends one request. @throws HttpError when no whole answer arrived. An HTTP status is never thrown. */
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>;

export class HttpError extends Error {
  override readonly name = "HttpError";
  constructor(
    readonly kind: HttpFailure,
    message: string,
    readonly sent: boolean,
  ) {
    super(message);
  }
}
