import { randomBytes } from "node:crypto";
import { link, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { readProcessMark } from "./process-mark.js";

/** The right to start and stop the server of one directory. Ends with the process that holds it. */
export interface SupervisorLock {
  release(): Promise<void>;
}

/**
 * Takes the lock of a directory unless a living process holds it; null when one does, or when somebody was faster.
 *
 * Files are numbered, and the highest number counts. Whoever finds its holder dead or done may make the next number, and
 * `link` lets only one do so. A number is removed only by the holder of a higher one, and a release leaves its file
 * behind, so a slow process that acts on an old look finds either its number taken or a higher one there. A plain file
 * with a process number could not promise that: two that find it stale both remove it, one of them the other's fresh one.
 */
export async function takeSupervisorLock(home: string): Promise<SupervisorLock | null> {
  const highest = await highestNumber(home);
  if (highest > 0 && (await isHeld(lockFile(home, highest)))) return null;
  const number = highest + 1;
  if (!(await claim(home, number))) return null;
  const numbers = await listNumbers(home);
  if (Math.max(...numbers) !== number) {
    await rm(lockFile(home, number), { force: true });
    return null;
  }
  for (const older of numbers) if (older < number) await rm(lockFile(home, older), { force: true });
  return {
    async release() {
      const draft = await writeDraft(home, "released");
      await rename(draft, lockFile(home, number));
    },
  };
}

const FILE = /^supervisor-(\d{1,9})\.lock$/;
const Holder = z.object({ pid: z.int().positive(), mark: z.string(), state: z.enum(["held", "released"]) });

async function isHeld(file: string): Promise<boolean> {
  const text = await readFile(file, "utf8").catch(() => null);
  // Removed since we looked: somebody holds a higher number.
  if (text === null) return true;
  const holder = Holder.safeParse(parseJson(text));
  if (!holder.success || holder.data.state === "released") return false;
  return readProcessMark(holder.data.pid) === holder.data.mark;
}

async function claim(home: string, number: number): Promise<boolean> {
  const draft = await writeDraft(home, "held");
  try {
    await link(draft, lockFile(home, number));
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeDraft(home: string, state: "held" | "released"): Promise<string> {
  const draft = join(home, `supervisor-draft-${randomBytes(6).toString("hex")}`);
  const holder = { pid: process.pid, mark: readProcessMark(process.pid) ?? "", state };
  await writeFile(draft, JSON.stringify(holder), { mode: 0o600, flag: "wx" });
  return draft;
}

async function highestNumber(home: string): Promise<number> {
  return Math.max(0, ...(await listNumbers(home)));
}

async function listNumbers(home: string): Promise<number[]> {
  return (await readdir(home)).flatMap((name) => {
    const number = FILE.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

function lockFile(home: string, number: number): string {
  return join(home, `supervisor-${number}.lock`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
