// Damages carriers' bodies and parses them: 100,000 cases, the same ones for the same FUZZ_SEED (1). Ends a run that hangs and
// says on which seed. `FUZZ_SEED=$RANDOM FUZZ_CASES=500000 npm run fuzz` goes where nobody has been.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const HANGS_AFTER_MS = 20_000;
const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "waybill-fuzz-"));
const progressFile = join(folder, "seed");
const child = spawn(join(root, "node_modules/.bin/vitest"), ["run", "--config", "test/fuzz/vitest.config.ts"], {
  cwd: root,
  stdio: "inherit",
  // A group of its own, so that the worker which hangs ends with it.
  detached: true,
  env: { ...process.env, FUZZ_PROGRESS_FILE: progressFile },
});

let last = { seed: "", at: Date.now() };
const watch = setInterval(() => {
  const seed = currentSeed();
  if (seed !== last.seed || seed === "") last = { seed, at: Date.now() };
  else if (Date.now() - last.at > HANGS_AFTER_MS) end(`The case of seed ${seed} hangs.`);
}, 1_000);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => end(`Ended by ${signal}.`));
child.on("exit", (code) => {
  clearInterval(watch);
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = code ?? 1;
});

function currentSeed() {
  try {
    return readFileSync(progressFile, "utf8").trim();
  } catch {
    return "";
  }
}

function end(reason) {
  console.error(reason);
  process.kill(-child.pid, "SIGKILL");
}
