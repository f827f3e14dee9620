/** An OAuth client of an emulated carrier. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The client of a `client_secret_basic` header (RFC 6749 section 2.3.1), or null. */
export function basicCredentials(authorization: string | undefined): ClientCredentials | null {
  const encoded = /^basic +([\w+/=-]+)$/i.exec(authorization?.trim() ?? "")?.[1];
  const pair = encoded === undefined ? "" : Buffer.from(encoded, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon < 0 ? null : { clientId: pair.slice(0, colon), clientSecret: pair.slice(colon + 1) };
}

/** The header that `basicCredentials` reads. ID and secret are form-encoded first, as RFC 6749 section 2.3.1 has it. */
export function basicHeader({ clientId, clientSecret }: ClientCredentials): string {
  const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
  return `Basic ${Buffer.from(pair).toString("base64")}`;
}

export function sameClient(a: ClientCredentials | null, b: ClientCredentials): boolean {
  return a !== null && a.clientId === b.clientId && a.clientSecret === b.clientSecret;
}
