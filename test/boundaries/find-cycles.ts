import { type SourceFile, stem } from "./read-source-files.js";

/** Import cycles between files, type imports included: each is named once, beginning at its first file by name. */
export function findCycles(files: readonly SourceFile[]): string[] {
  const targets = new Map(files.map(({ path, imports }) => [stem(path), imports.map(({ target }) => target)]));
  const settled = new Set<string>();
  const cycles = new Set<string>();
  for (const start of targets.keys()) visit(start, []);
  return [...cycles];

  function visit(file: string, trail: readonly string[]): void {
    const at = trail.indexOf(file);
    if (at >= 0) cycles.add(describeCycle(trail.slice(at)));
    if (at >= 0 || settled.has(file)) return;
    for (const target of targets.get(file) ?? []) visit(target, [...trail, file]);
    settled.add(file);
  }
}

function describeCycle(loop: readonly string[]): string {
  const first = loop.toSorted()[0] ?? "";
  const turned = [...loop.slice(loop.indexOf(first)), ...loop.slice(0, loop.indexOf(first)), first];
  return `cycle: ${turned.join(" -> ")}`;
}
