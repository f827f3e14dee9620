import { readdirSync, readFileSync } from "node:fs";

const TICKS_PER_SECOND = 100;

/**
 * CPU seconds (user and system) that a process and everything below it have used so far, read from Linux's /proc. Time of
 * children that ended counts once their parent has waited for them. 0 where there is no /proc.
 */
export function cpuSecondsOf(pid: number): number {
  const processes = readProcesses();
  const below = (parent: number): number =>
    processes.filter((entry) => entry.parent === parent).reduce((sum, { pid, ticks }) => sum + ticks + below(pid), 0);
  const own = processes.find((entry) => entry.pid === pid)?.ticks ?? 0;
  return (own + below(pid)) / TICKS_PER_SECOND;
}

/** The most memory a process ever held, in MB (VmHWM); 0 where there is no /proc. */
export function peakMemoryMbOf(pid: number): number {
  try {
    const [, kb] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Math.round(Number(kb ?? 0) / 1024);
  } catch {
    return 0;
  }
}

function readProcesses() {
  let names: string[];
  try {
    names = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    try {
      // After the name in brackets, which may hold anything: state, parent, …, user, system, waited-for user and system.
      const [, rest = ""] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ?? [];
      const fields = rest.split(" ");
      const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
      return [{ pid: Number(name), parent: Number(fields[1]), ticks }];
    } catch {
      return [];
    }
  });
}
