/** Calls back once after `delayMs` unless the returned function is called first. Rules take it as an argument. */
export type StartTimer = (callback: () => void, delayMs: number) => () => void;

export const startTimer: StartTimer = (callback, delayMs) => {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
};

/** Whether `work` settles within `limitMs`. A failure of `work` is thrown. */
export async function settlesWithin(work: Promise<unknown>, limitMs: number, start: StartTimer): Promise<boolean> {
  let cancel = () => {};
  const late = new Promise<false>((resolve) => {
    cancel = start(() => resolve(false), limitMs);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    cancel();
  }
}
