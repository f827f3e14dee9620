import { type BuildPushOptions, createPushBuilder, type Send } from "./build-push.js";
import type { Parcel, PushTarget, ScanFact } from "./parcel.js";
import type { PushDrops } from "./push-drops.js";
import type { PushQueue } from "./push-queue.js";

export interface PusherOptions extends BuildPushOptions {
  readonly queue: PushQueue;
  readonly drops: PushDrops;
  /** Who subscribed to the parcel, beside the hook that it may have itself. One that has the same address hears once. */
  readonly subscribers: (parcel: Parcel) => readonly PushTarget[];
}

/**
 * Queues one push per scan and target, in order. The same scan twice in a row is first a resend of the same bytes, then a
 * new body.
 */
export type PushScans = (parcel: Parcel, scans: readonly ScanFact[]) => void;

export function createPusher(options: PusherOptions): PushScans {
  const build = createPushBuilder(options);

  function pushTo({ hook, settled }: PushTarget, parcel: Parcel, scans: readonly ScanFact[]): void {
    let last: { scan: ScanFact; send: Send; resent: boolean } | null = null;
    for (const scan of scans) {
      const resend: boolean = last !== null && last.scan === scan && !last.resent;
      const send: Send = last !== null && resend ? last.send : build.send(hook, parcel, scan);
      last = { scan, send, resent: resend };
      if (options.drops.take(parcel.carrier)) continue;
      options.queue.add({
        label: `${parcel.carrier} ${scan.what}`,
        send,
        retryDelaysMs: build.retryDelaysMs(hook),
        ...(settled && { settled }),
      });
    }
  }

  return (parcel, scans) => {
    if (scans.length === 0) return;
    if (parcel.hook !== null) pushTo({ hook: parcel.hook }, parcel, scans);
    for (const target of options.subscribers(parcel))
      if (target.hook.url !== parcel.hook?.url) pushTo(target, parcel, scans);
  };
}
