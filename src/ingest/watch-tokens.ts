import type { AccessToken, TokenCache } from "../connectors/carriers/contract.js";

/** How a token was come by. `kept`: one that was there already, so the secret was not needed. `none`: nobody asked for one. */
export type TokenOrigin = "new" | "kept" | "refused" | "none";

/** A token cache that can say afterwards how its token was come by. */
export interface TokenWatch {
  readonly watch: (tokens: TokenCache) => TokenCache;
  readonly origin: () => TokenOrigin;
}

/** Watches how the tokens of one call are come by. A refusal counts whatever came before it. */
export function watchTokens(): TokenWatch {
  let origin: TokenOrigin = "none";

  function watched(obtain: () => Promise<AccessToken>): () => Promise<AccessToken> {
    return async () => {
      origin = "refused";
      const token = await obtain();
      origin = "new";
      return token;
    };
  }

  async function keptUnlessObtained(token: Promise<AccessToken>): Promise<AccessToken> {
    const given = await token;
    if (origin === "none") origin = "kept";
    return given;
  }

  return {
    watch: (tokens) => ({
      get: (obtain) => keptUnlessObtained(tokens.get(watched(obtain))),
      refresh: (stale, obtain) => keptUnlessObtained(tokens.refresh(stale, watched(obtain))),
    }),
    origin: () => origin,
  };
}

/** A token cache that lives as long as this process, for calls with credentials that are not kept. */
export function passingTokens(): TokenCache {
  let kept: Promise<AccessToken> | null = null;
  return {
    get: (obtain) => (kept ??= obtain()),
    refresh: (_stale, obtain) => (kept = obtain()),
  };
}
