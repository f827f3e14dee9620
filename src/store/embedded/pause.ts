import { setTimeout as wait } from "node:timers/promises";

/** Lets time pass between two looks at another process, which cannot call us back. */
export async function pause(ms: number): Promise<void> {
  await wait(ms);
}
