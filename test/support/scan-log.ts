import { type Fold, foldTimeline } from "../../src/domain/fold.js";
import type { Place } from "../../src/domain/place.js";
import type { Scan } from "../../src/domain/scan.js";
import { scanDigest, scanIdentity } from "../../src/domain/scan-identity.js";
import { buildTimeline, type TimelineEntry } from "../../src/domain/timeline.js";
import { nextTransition, type Transition, type VersionKey } from "../../src/domain/transitions.js";

/** The scan log and the transition log of one shipment, kept as the pipeline keeps them: every version once, never changed. */
export class ScanLog {
  readonly transitions: Transition[] = [];
  private readonly versions = new Map<string, Scan>();
  private commits = 0;

  constructor(public destination: Place | null = null) {}

  /** One commit: what a body brought. Returns the row it added, if any. */
  deliver(
    scans: readonly Scan[],
    times: { receivedAtMs?: number; nowMs?: number; silent?: boolean } = {},
  ): Transition | null {
    const newVersions: VersionKey[] = [];
    for (const scan of scans) {
      const version = { identity: scanIdentity(scan), digest: scanDigest(scan) };
      const key = `${version.identity}#${version.digest}`;
      if (this.versions.has(key)) continue;
      this.versions.set(key, scan);
      newVersions.push(version);
    }
    this.commits += 1;
    const { receivedAtMs = 0, nowMs = receivedAtMs, silent = false } = times;
    const { timeline, fold } = this;
    const last = this.transitions.at(-1) ?? null;
    const commit = {
      last,
      timeline,
      fold,
      newVersions,
      commitId: `${this.commits}`,
      receivedAtMs,
      nowMs,
      newsMaxAgeHours: 72,
      silent,
    };
    const transition = nextTransition(commit);
    if (transition !== null) this.transitions.push(transition);
    return transition;
  }

  get timeline(): readonly TimelineEntry[] {
    return buildTimeline([...this.versions.values()]);
  }

  get fold(): Fold {
    return foldTimeline(this.timeline, { destination: this.destination });
  }
}
