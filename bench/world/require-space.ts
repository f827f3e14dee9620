import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";

/** A scan with its share of everything else, of indexes and of write-ahead log. */
const BYTES_PER_SCAN = 1_400;

/** @throws Error when the disk has no room for a world of so many scans */
export async function requireSpace(scans: number): Promise<void> {
  const { bavail, bsize } = await statfs(tmpdir());
  const [free, needed] = [bavail * bsize, scans * BYTES_PER_SCAN + 3e9];
  if (free >= needed) return;
  const gb = (bytes: number) => (bytes / 1e9).toFixed(0);
  throw new Error(
    `${tmpdir()} has ${gb(free)} GB free, and this takes about ${gb(needed)} GB. Set TMPDIR to another disk.`,
  );
}
