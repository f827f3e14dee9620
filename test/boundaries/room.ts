/** Where a file lives: its room in the import table, and for a connector the family and the system it belongs to. */
export interface Room {
  readonly name: string;
  readonly family: string | null;
  readonly system: string | null;
}

/** The room of a path below `src/`; null for files outside `src/` and for those directly in it. */
export function roomOf(path: string): Room | null {
  const [top, room, family, system] = folders(path);
  if (top !== "src" || room === undefined) return null;
  if (room !== "connectors") return { name: room, family: null, system: null };
  if (family === undefined) return { name: "connectors", family: null, system: null };
  return { name: system === undefined ? "connector family" : "connector", family, system: system ?? null };
}

/** Whether the path is a test's: it may use what only tests may. */
export function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || path.startsWith("test/") || isConformance(path);
}

/** The conformance suite of a family is test code that stands beside the contract it proves. */
export function isConformance(path: string): boolean {
  return /^src\/connectors\/[^/]+\/conformance[^/]*$/.test(path);
}

function folders(path: string): string[] {
  return path.split("/").slice(0, -1);
}
