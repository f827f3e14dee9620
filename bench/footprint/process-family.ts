import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cpuSecondsOf } from "../support/cpu-seconds.js";

/** A Waybill and its embedded PostgreSQL, which may or may not run below it. */
export interface ProcessFamily {
  readonly node: readonly number[];
  readonly postgres: readonly number[];
}

/** The processes of now. `cluster` is the directory of the PostgreSQL, `<data directory>/postgres/data`. */
export function findFamily(nodePid: number, cluster: string): ProcessFamily {
  const [pid = ""] = readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n");
  const postgres = pidsBelow(Number(pid));
  return { node: pidsBelow(nodePid).filter((each) => !postgres.includes(each)), postgres };
}

/** CPU seconds that both used so far, with the children that ended. */
export function cpuSecondsOfFamily(nodePid: number, cluster: string): number {
  const { postgres } = findFamily(nodePid, cluster);
  const [server = 0] = postgres;
  return cpuSecondsOf(nodePid) + (pidsBelow(nodePid).includes(server) ? 0 : cpuSecondsOf(server));
}

/** Memory of processes in MB of 1,000,000 bytes, shared pages divided among their users (PSS). */
export function memoryMbOf(pids: readonly number[]): number {
  const kibOf = (pid: number) => Number(/^Pss:\s+(\d+) kB$/m.exec(readOrEmpty(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
  return (pids.reduce((sum, pid) => sum + kibOf(pid), 0) * 1024) / 1e6;
}

/** A process and everything below it. */
function pidsBelow(pid: number): number[] {
  const processes = readdirSync("/proc").flatMap((name) => {
    const [, parent] = /^PPid:\s+(\d+)$/m.exec(/^\d+$/.test(name) ? readOrEmpty(`/proc/${name}/status`) : "") ?? [];
    return parent === undefined ? [] : [{ pid: Number(name), parent: Number(parent) }];
  });
  const below = (parent: number): number[] =>
    processes.flatMap((entry) => (entry.parent === parent ? [entry.pid, ...below(entry.pid)] : []));
  return [pid, ...below(pid)];
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
