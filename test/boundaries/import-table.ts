/**
 * Who may import what, as data: the table of ARCHITECTURE.md. A folder of `src/` that is not a key here may neither
 * import nor be imported, so a new room is closed until somebody writes its line.
 *
 * A room is a folder of `src/`; `connectors` has three kinds of rooms inside, which `room.ts` tells apart: a family's own
 * files (contract, registry, conformance suite) and the folders of its systems.
 */
export const IMPORT_TABLE: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  runtime: ["domain"],
  store: ["domain", "runtime"],
  "connector family": ["connector", "domain", "runtime"],
  connector: ["connector family", "domain", "runtime"],

  ingest: ["connector family", "store", "domain", "runtime"],
  normalize: ["connector family", "store", "domain", "runtime"],
  notify: ["connector family", "store", "domain", "runtime"],
  orders: ["connector family", "store", "domain", "runtime"],
  exceptions: ["connector family", "store", "domain", "runtime"],
  publish: ["connector family", "store", "domain", "runtime"],
  insights: ["connector family", "store", "domain", "runtime"],

  page: doors(),
  api: doors(),
  console: doors(),
  cli: [...doors(), "compose"],

  // The parts of the composition root: they put rooms together, the emulators for the demo included, and hold no rules.
  compose: [...doors(), "page", "api", "console", "cli", "connector", "sandbox"],

  // Never a connector's code: an emulator that shared it could not disagree with it.
  sandbox: ["domain", "runtime"],
};

/** Doors let people and programs in. They use every room below them, but not each other. */
function doors(): readonly string[] {
  const layers = ["ingest", "normalize", "notify", "orders", "exceptions", "publish", "insights"];
  return [...layers, "connector family", "store", "domain", "runtime"];
}

/** The file that knows everybody. Nobody may import it. */
export const COMPOSITION_ROOT = "src/main.ts";

/** Names that say nothing about what a file does, and so collect everything. */
export const CLOSED_FILE_NAMES: readonly string[] = [
  "utils",
  "helpers",
  "common",
  "manager",
  "service",
  "types",
  "index",
];
