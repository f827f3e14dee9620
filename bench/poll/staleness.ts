const SOON_MINUTES = 240;

/** Minutes between scans and our learning of them, by stage. */
export class Staleness {
  private readonly minutes = new Map<string, number[]>();
  private readonly unlearned = new Map<string, number>();

  add(stage: string, minutes: number): void {
    const all = this.minutes.get(stage) ?? [];
    if (all.length === 0) this.minutes.set(stage, all);
    all.push(minutes);
  }

  /** Of a scan that was not learned by the end: it counts with what it had waited until then. */
  addUnlearned(stage: string, minutes: number): void {
    this.add(stage, minutes);
    this.unlearned.set(stage, (this.unlearned.get(stage) ?? 0) + 1);
  }

  /** A Markdown table. */
  table(): string {
    const rows = [...this.minutes]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([stage, all]) => {
        const sorted = Float64Array.from(all).toSorted();
        const at = (share: number) =>
          Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
        const missed = ((100 * (this.unlearned.get(stage) ?? 0)) / all.length).toFixed(1);
        const soon = ((100 * sorted.filter((minutes) => minutes <= SOON_MINUTES).length) / all.length).toFixed(1);
        return `| ${stage} | ${all.length} | ${at(0.5)} | ${at(0.9)} | ${at(0.99)} | ${soon} % | ${missed} % |`;
      });
    return [
      "| scan | scans | p50 min | p90 min | p99 min | within 4 h | not by the end |",
      "|---|---|---|---|---|---|---|",
      ...rows,
    ].join("\n");
  }
}
