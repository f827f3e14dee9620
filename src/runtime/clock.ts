/** Tells the time in milliseconds since the epoch. Rules take it as an argument, so that tests can set it. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();
