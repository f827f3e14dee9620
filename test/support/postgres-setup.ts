import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Gives the run a folder for its database clusters. Nothing is started here: the first test file that wants a database
 * starts one (`database.ts`), so pure tests pay nothing. Whatever was started is ended with the run.
 */
export default function setup(): () => void {
  const directory = mkdtempSync(join(tmpdir(), "waybill-test-"));
  // PostgreSQL runs as another account when the tests run as root.
  chmodSync(directory, 0o755);
  process.env.WAYBILL_TEST_DIRECTORY = directory;
  return () => {
    for (const name of readdirSync(directory).filter((entry) => entry.endsWith(".json"))) {
      const { pid } = JSON.parse(readFileSync(join(directory, name), "utf8")) as { pid: number };
      // SIGQUIT: immediate shutdown. There is nothing to keep.
      if (pid > 0) process.kill(pid, "SIGQUIT");
    }
    rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
}
