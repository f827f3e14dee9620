import type { RefusalKind } from "../contract.js";

/**
 * What an SMTP reply means for the next attempt (RFC 5321 section 4.2.1, enhanced codes of RFC 3463). 4yz is worth another
 * try; 5yz is final, and the enhanced code tells a bad mailbox from a policy. A full mailbox (5.2.2) empties again.
 */
export function refusalOf(replyCode: number, replyText: string): RefusalKind {
  if (replyCode === 530 || replyCode === 534 || replyCode === 535) return "unauthorized";
  const enhanced = /\b[245]\.(\d{1,3})\.(\d{1,3})\b/.exec(replyText);
  const subject = enhanced?.[1];
  if (replyCode >= 400 && replyCode < 500) return subject === "7" ? "rate_limited" : "unavailable";
  if (subject === "2" && enhanced?.[2] === "2") return "unavailable";
  if (subject === "1" || subject === "2") return "invalid_address";
  if (subject === "7") return "blocked";
  return replyCode === 550 || replyCode === 551 || replyCode === 553 ? "invalid_address" : "rejected";
}
