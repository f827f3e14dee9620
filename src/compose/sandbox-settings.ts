import { FEDEX_SUBSCRIPTION_PATHS } from "../sandbox/fedex/answer-subscriptions.js";
import type { SandboxCarrier } from "../sandbox/parcel.js";
import type { Sandbox } from "../sandbox/sandbox.js";

/**
 * The settings of a connection that reach the sandbox's emulator of a carrier, with all that subscribing and pushing need.
 * `pushSecret` has at least 32 characters, which is what USPS wants.
 */
export function sandboxSettings(
  { urls, client }: Pick<Sandbox, "urls" | "client">,
  carrier: SandboxCarrier,
  pushSecret: string,
): Record<string, string> {
  const { clientId, clientSecret } = client;
  switch (carrier) {
    case "fedex":
      return {
        clientId,
        clientSecret,
        baseUrl: urls.fedex,
        pushToken: pushSecret,
        subscribePath: FEDEX_SUBSCRIPTION_PATHS.subscribe,
        jobStatusPath: FEDEX_SUBSCRIPTION_PATHS.jobStatus,
        jobDetailsPath: FEDEX_SUBSCRIPTION_PATHS.jobDetails,
      };
    case "ups":
      return { clientId, clientSecret, baseUrl: urls.ups, pushSecret };
    case "usps":
      return { clientId, clientSecret, baseUrl: urls.usps, pushSecret };
    case "dhl":
      return {
        apiKey: clientSecret,
        baseUrl: `${urls.dhl}/track`,
        pushBaseUrl: `${urls.dhl}/tracking/push/v1`,
        pushToken: pushSecret,
      };
    case "easypost":
      return { apiKey: clientSecret, baseUrl: `${urls.easypost}/v2`, webhookSecret: pushSecret };
    default:
      return { apiKey: clientSecret, baseUrl: urls.shipengine, jwksUrl: `${urls.shipengine}/jwks`, pushSecret };
  }
}
