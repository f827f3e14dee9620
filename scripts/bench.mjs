// Runs one benchmark of bench/: compiles it with the source it measures, then runs it. `npm run bench -- <name> [flags]`.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const names = readdirSync(join(root, "bench")).flatMap((file) => (file.endsWith(".ts") ? [file.slice(0, -3)] : []));
const name = process.argv[2] ?? "";
if (names.includes(name)) runBenchmark();
else {
  console.error(`Say which: npm run bench -- ${names.join(" | ")} [--json] [--smoke] [--large]`);
  process.exitCode = 1;
}

function runBenchmark() {
  // Below the root, so that packages are found.
  const caches = join(root, "node_modules", ".cache");
  mkdirSync(caches, { recursive: true });
  const out = mkdtempSync(join(caches, "waybill-bench-"));
  try {
    run([join(root, "node_modules/typescript/bin/tsc"), "-p", "bench/tsconfig.json", "--outDir", out, "--noCheck"]);
    // Tables that connectors read beside themselves, migrations, built templates.
    const isData = (path) => !/\.[^/.]+$/.test(path.replace(root, "")) || /\.(sql|css|html|svg|tsv|json)$/.test(path);
    cpSync(join(root, "src"), join(out, "src"), { recursive: true, filter: isData });
    writeFileSync(join(out, "package.json"), `{"type":"module"}`);
    run([join(out, "bench", `${name}.js`), ...process.argv.slice(3)]);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function run(args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exitCode = status ?? 1;
}
