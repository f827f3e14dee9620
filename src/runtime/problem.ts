/**
 * An HTTP answer that says what went wrong and what to do (RFC 9457). `code` is ours, stable and documented; `detail` is
 * for the person who reads it and never holds a secret, a stack trace or another store's data.
 */
export class Problem extends Error {
  override readonly name = "Problem";
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly extra: {
      readonly retryAfterSeconds?: number;
      /** One entry per faulty field: JSON pointer into the request body, and a sentence. */
      readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
    } = {},
  ) {
    super(detail);
  }

  /** The body of an `application/problem+json` answer. */
  toJSON(): Readonly<Record<string, unknown>> {
    return {
      type: `urn:waybill:problem:${this.code}`,
      title: this.code.replaceAll("_", " "),
      status: this.status,
      code: this.code,
      detail: this.detail,
      ...(this.extra.errors && { errors: this.extra.errors }),
    };
  }
}

/** The media type of problem answers. */
export const PROBLEM_TYPE = "application/problem+json; charset=utf-8";
