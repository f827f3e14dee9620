// The quick checks, all under a minute: types, lint, formatting, dead code and the import table. Prints what failed.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = (name) => `${root}/node_modules/.bin/${name}`;
const CHECKS = [
  ["types", process.execPath, [`${root}/node_modules/typescript/bin/tsc`, "--noEmit"]],
  ["lint", bin("oxlint"), ["--type-aware", "--deny-warnings", "."]],
  ["formatting", bin("biome"), ["ci", "--colors=off", "."]],
  ["dead code", bin("knip"), ["--no-progress"]],
  ["boundaries", bin("vitest"), ["run", "--reporter=dot", "test/boundaries"]],
];

let failed = 0;
for (const [name, command, args] of CHECKS) {
  const started = Date.now();
  const { code, output } = await run(command, args);
  console.log(`${code === 0 ? "ok  " : "FAIL"} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  if (code !== 0) {
    failed++;
    console.log(output.trim());
  }
}
process.exit(failed > 0 ? 1 : 0);

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => resolve({ code: 1, output: String(error) }));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
