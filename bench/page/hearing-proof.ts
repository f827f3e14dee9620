import type { Database } from "../../src/store/database.js";

/**
 * Lets the proof of hearing go at the pace of a simulated clock: processes that listen to `waybill_beat_<processName>` take
 * what is sent here for their own beat. It goes the way of the real one, over the pool and back on the listening
 * connection, so when it is back, everything committed before it has been heard.
 */
export async function startHearingProof(db: Database, processName: string): Promise<(nowMs: number) => Promise<void>> {
  const channel = `waybill_beat_${processName}`;
  const waiting = new Map<string, () => void>();
  await new Promise<void>((resolve) => {
    // Subscribed after the processes, hence called after them.
    db.listen({ channel, onNotify: (payload) => waiting.get(payload)?.(), onReconnect: resolve });
  });
  return async (nowMs) => {
    const payload = String(nowMs);
    const heard = new Promise<void>((resolve) => waiting.set(payload, resolve));
    await db.pool.query(`select pg_notify($1, $2)`, [channel, payload]);
    await heard;
    waiting.delete(payload);
  };
}
