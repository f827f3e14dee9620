import { wallClock } from "../wall-clock.js";

/** An instant as UPS prints it: local and GMT, days as `YYYYMMDD`, times as `HHMMSS`. */
export interface UpsTime {
  readonly date: string;
  readonly time: string;
  /** `-05:00` */
  readonly offset: string;
  readonly gmtDate: string;
  readonly gmtTime: string;
}

export function upsTime(atMs: number, zone: string): UpsTime {
  const local = wallClock(atMs, zone);
  const gmt = new Date(atMs).toISOString();
  return {
    date: local.date.replaceAll("-", ""),
    time: local.time.replaceAll(":", ""),
    offset: local.offset,
    gmtDate: gmt.slice(0, 10).replaceAll("-", ""),
    gmtTime: gmt.slice(11, 19).replaceAll(":", ""),
  };
}
