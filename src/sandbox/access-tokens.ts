/** The access tokens that an emulated carrier has given out. Times in ms since the epoch. */
export interface AccessTokens {
  issue(nowMs: number): string;
  /** `expired` also for tokens nobody ever had: a carrier does not say which. */
  isValid(token: string, nowMs: number): boolean;
  /** The carrier takes this token for expired from now on. */
  expire(token: string): void;
}

/** The oldest are forgotten, and so expired, beyond this. */
const MAX_TOKENS = 1_000;

/** `newToken` gives a text that nobody can guess. */
export function createAccessTokens(lifetimeSeconds: number, newToken: () => string): AccessTokens {
  const expiries = new Map<string, number>();

  return {
    issue(nowMs) {
      const token = newToken();
      expiries.set(token, nowMs + lifetimeSeconds * 1_000);
      for (const oldest of expiries.keys()) {
        if (expiries.size <= MAX_TOKENS) break;
        expiries.delete(oldest);
      }
      return token;
    },
    isValid: (token, nowMs) => nowMs < (expiries.get(token) ?? 0),
    expire: (token) => void expiries.delete(token),
  };
}

/** The token of an `Authorization: Bearer` header, or an empty text. */
export function bearerToken(authorization: string | undefined): string {
  return /^bearer +(\S+)$/i.exec(authorization?.trim() ?? "")?.[1] ?? "";
}
