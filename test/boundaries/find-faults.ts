import { findCycles } from "./find-cycles.js";
import { CLOSED_FILE_NAMES, COMPOSITION_ROOT, IMPORT_TABLE } from "./import-table.js";
import type { SourceFile } from "./read-source-files.js";
import { stem } from "./read-source-files.js";
import { isConformance, isTest, type Room, roomOf } from "./room.js";

/** Everything in these files that the house does not allow, one sentence each, sorted. Pure. */
export function findFaults(files: readonly SourceFile[]): string[] {
  return [...files.flatMap(faultsOfFile), ...findCycles(files)].toSorted();
}

function faultsOfFile(file: SourceFile): string[] {
  const name = file.path.split("/").at(-1) ?? "";
  const faults = file.imports.filter(({ isOurs }) => isOurs).map(({ target }) => faultOfArrow(file.path, target));
  if (CLOSED_FILE_NAMES.includes(name.split(".")[0] ?? "")) faults.push(`${file.path}: a name that says nothing`);
  if (file.castsToAny) faults.push(`${file.path}: switches the type checker off (as any, @ts-ignore or @ts-nocheck)`);
  faults.push(...file.barrels.map((target) => `${file.path}: export * from ${target}`));
  faults.push(faultOfRoom(file.path));
  return faults.filter((fault) => fault !== null);
}

/** A folder that nobody listed is a fault even while it imports nothing. */
function faultOfRoom(path: string): string | null {
  const room = roomOf(path);
  if (room === null) return path.startsWith("src/") && path !== COMPOSITION_ROOT ? `${path}: belongs to no room` : null;
  return Object.hasOwn(IMPORT_TABLE, room.name) ? null : `${path}: the room ${room.name} is not in the import table`;
}

function faultOfArrow(from: string, to: string): string | null {
  if (!from.startsWith("src/")) return null; // test/ and bench/ cross rooms: that is what they are for
  const arrow = `${from} -> ${to}`;
  if (to === stem(COMPOSITION_ROOT)) return `${arrow}: nobody imports the composition root`;
  if (from === COMPOSITION_ROOT) return to.startsWith("src/") ? null : `${arrow}: outside src`;
  if (!to.startsWith("src/")) {
    return isTest(from) && to.startsWith("test/support/")
      ? null
      : `${arrow}: only tests may, and only from test/support`;
  }
  if (!isTest(from) && (isTest(`${to}.ts`) || to.endsWith(".test"))) return `${arrow}: test code in the product`;
  const [here, there] = [roomOf(from), roomOf(to)];
  if (isTest(from) && there?.name === "sandbox") return null; // a test may ask an emulator what the product made of it
  return here && there && mayImport(from, here, to, there) ? null : `${arrow}: not in the import table`;
}

function mayImport(from: string, here: Room, to: string, there: Room): boolean {
  if (here.name === "connector" || here.name === "connector family") return mayConnectorImport(from, here, to, there);
  if (here.name === there.name) return true;
  if (!isListed(here, there)) return false;
  return there.name !== "connector family" || isOpenFile(to);
}

/** Inside a family: a system sees its own folder and the contract; the registry sees the systems; nobody a sibling. */
function mayConnectorImport(from: string, here: Room, to: string, there: Room): boolean {
  if (there.family === null) return isListed(here, there);
  if (here.family !== there.family) return false;
  if (here.name === there.name) return here.system === there.system;
  if (here.name === "connector") return to.endsWith("/contract") || (isTest(from) && isConformance(to));
  return from.endsWith("/registry.ts") || isTest(from);
}

/** What the rooms above see of a family. */
function isOpenFile(to: string): boolean {
  return to.endsWith("/contract") || to.endsWith("/registry");
}

function isListed(here: Room, there: Room): boolean {
  return Object.hasOwn(IMPORT_TABLE, here.name) && (IMPORT_TABLE[here.name] ?? []).includes(there.name);
}
