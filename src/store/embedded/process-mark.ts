import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";

/**
 * A text that tells a running process from a later one with the same number: the boot and the moment it was started.
 * Null when there is no such process, or only its unburied remains (a zombie answers `kill(pid, 0)` too).
 */
export function readProcessMark(pid: number): string | null {
  if (process.platform === "linux") return readLinuxMark(pid);
  if (!exists(pid)) return null;
  return process.platform === "win32" ? "running" : readBsdMark(pid);
}

/** Whether `pid` is the first process of a PostgreSQL server on this data directory, and not somebody who got its number. */
export function isPostmasterOf(pid: number, cluster: string): boolean {
  if (readProcessMark(pid) === null) return false;
  const command = readCommand(pid);
  // Windows does not show it cheaply. There a number that runs is believed.
  if (command === null) return process.platform === "win32";
  return basename(command[0] ?? "").startsWith("postgres") && command.includes(cluster);
}

function readLinuxMark(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // proc(5): the name in brackets may hold anything; what follows its last bracket is state (3rd field) … start (22nd).
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state] = fields;
    if (state === "Z" || state === "X") return null;
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot}:${fields[19] ?? ""}`;
  } catch {
    return null;
  }
}

function readBsdMark(pid: number): string | null {
  const [state = "", ...started] = askPs(pid, "stat=,lstart=").split(/\s+/);
  return state === "" || state.startsWith("Z") ? null : started.join(" ");
}

function readCommand(pid: number): readonly string[] | null {
  if (process.platform === "win32") return null;
  if (process.platform !== "linux") return askPs(pid, "command=").split(/ (?:-D|-c) /);
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return null;
  }
}

function askPs(pid: number, columns: string): string {
  try {
    return execFileSync("ps", ["-ww", "-o", columns, "-p", String(pid)], { encoding: "utf8", timeout: 5_000 }).trim();
  } catch {
    return "";
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
