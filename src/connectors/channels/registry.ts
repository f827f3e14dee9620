import type { ChannelConnector } from "./contract.js";
import { smtp } from "./smtp/smtp.js";

/** Every channel connector. A new one is its folder and one line here. */
export const CHANNELS: readonly ChannelConnector[] = [smtp];

/** The channel connector of this code, or null. */
export function findChannel(code: string): ChannelConnector | null {
  return CHANNELS.find((channel) => channel.code === code) ?? null;
}
