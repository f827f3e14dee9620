import type { PollTurn } from "../store/poll-queue.js";

/**
 * Every so many calls one goes to those who are not known to be on delivery day: most of them are only found to be so by asking.
 * Half and half is where bench/poll-scheduler learned most deliveries soon, and none too late.
 */
const OTHERS_EVERY = 2;

/** Whose turn a call is, by its number in the history of its connection. */
export function turnOf(callNumber: number): PollTurn {
  return callNumber % OTHERS_EVERY === OTHERS_EVERY - 1 ? "others" : "delivery_day";
}
