// Builds dist/: compiles TypeScript, then copies the files that code reads beside itself (SQL, CSS, templates).
// `npm run build` and, through `prepare`, `npm ci` run it.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const ASSETS = /\.(sql|css|html|svg|tsv|json)$/;

await import("./build-email.mjs");
rmSync(`${root}/dist`, { recursive: true, force: true });
const tsc = spawnSync(process.execPath, [`${root}/node_modules/typescript/bin/tsc`, "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
if (tsc.status !== 0) process.exit(tsc.status ?? 1);
cpSync(`${root}/src`, `${root}/dist`, {
  recursive: true,
  filter: (from) => !/\.[^/.]+$/.test(from.replace(root, "")) || ASSETS.test(from),
});
chmodSync(`${root}/dist/main.js`, 0o755);
