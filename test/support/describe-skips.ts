/** A test that did not run, as the reporter knows it. */
export interface Skip {
  readonly file: string;
  readonly name: string;
  /** What the test gave to `context.skip(…)`; a test skipped by `skipIf` gives none. */
  readonly reason: string | undefined;
}

/** The most skipped files and reasons that are listed. A run with a name filter skips nearly all. */
const MAX_LINES = 40;

/** One line per file and reason, with how many tests it stands for; no lines when nothing was skipped. Pure. */
export function describeSkips(skips: readonly Skip[]): string[] {
  const counts = new Map<string, number>();
  for (const { file, name, reason } of skips) {
    const key = `${file}: ${reason ?? `${name} (no reason given)`}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  if (counts.size === 0) return [];
  const lines = [...counts].map(([key, count]) => `  ${count} x ${key}`);
  const more = lines.length > MAX_LINES ? [`  and ${lines.length - MAX_LINES} more`] : [];
  return ["Skipped (`npm run services` installs on Debian what tests need):", ...lines.slice(0, MAX_LINES), ...more];
}
