/** A push as it goes over the wire, with what proves it. */
export interface SignedPush {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}
