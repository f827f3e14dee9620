import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clusterPaths } from "../../src/store/embedded/cluster-paths.js";
import { isPostmasterOf, readProcessMark } from "../../src/store/embedded/process-mark.js";

const PREFIX = "waybill-test-";
const OWNER = "owner";

/**
 * Gives the run a folder for its database clusters. Nothing is started here: the first test file that wants a database
 * starts one (`database.ts`), so pure tests pay nothing. Whatever was started is ended with the run; what a killed run
 * left behind is ended by the next.
 */
export default function setup(): () => void {
  removeAbandoned();
  const directory = mkdtempSync(join(tmpdir(), PREFIX));
  writeFileSync(join(directory, OWNER), `${process.pid} ${readProcessMark(process.pid) ?? ""}`);
  // PostgreSQL runs as another account when the tests run as root.
  chmodSync(directory, 0o755);
  process.env.WAYBILL_TEST_DIRECTORY = directory;
  return () => endAndRemove(directory);
}

function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const directory = join(tmpdir(), name);
    const [pid, mark] = readText(join(directory, OWNER)).split(" ");
    if (pid === undefined || mark === undefined || readProcessMark(Number(pid)) === mark) continue;
    endAndRemove(directory);
  }
}

/** SIGQUIT: immediate shutdown. There is nothing to keep. */
function endAndRemove(directory: string): void {
  for (const kind of readdirSync(directory)) {
    const { cluster } = clusterPaths(join(directory, kind));
    const pid = Number(readText(join(cluster, "postmaster.pid")).split("\n")[0]);
    if (pid > 0 && isPostmasterOf(pid, cluster)) process.kill(pid, "SIGQUIT");
  }
  rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
