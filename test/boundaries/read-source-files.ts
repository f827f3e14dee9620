import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";

/** A source file and what it takes from elsewhere. `path` is relative to the repository, with `/`. */
export interface SourceFile {
  readonly path: string;
  readonly imports: readonly Import[];
  /** Specifiers of `export * from`; naming what is passed on keeps a file's exports readable. */
  readonly barrels: readonly string[];
  /** `as any` occurs: the type checker was switched off. */
  readonly castsToAny: boolean;
}

/** `target`: a path of this repository, or the name of a package or builtin as written. */
export interface Import {
  readonly target: string;
  readonly isOurs: boolean;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Every TypeScript file below those of the given folders that the repository has, parsed. */
export function readSourceFiles(folders: readonly string[]): SourceFile[] {
  return folders
    .filter((folder) => existsSync(join(ROOT, folder)))
    .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => readSourceFile(relative(ROOT, file).split(sep).join("/"), readFileSync(file, "utf8")));
}

/**
 * Reads static, re-exporting, dynamic and type-position imports (`import("x").T`) out of one TypeScript text.
 * @throws when the text does not parse: a file that cannot be read must not pass as one that imports nothing
 */
export function readSourceFile(path: string, text: string): SourceFile {
  const { module, errors, program, comments } = parseSync(path, text);
  if (errors[0]) throw new Error(`${path} does not parse: ${errors[0].message}`);
  const reExports = module.staticExports.flatMap(({ entries }) => entries);
  const specifiers = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...reExports.flatMap(({ moduleRequest }) => (moduleRequest ? [moduleRequest.value] : [])),
    ...module.dynamicImports.map(({ moduleRequest }) => dynamicSpecifier(text, moduleRequest)),
    ...typeSpecifiers(program),
  ];
  return {
    path,
    imports: [...new Set(specifiers)].map((specifier) => resolveImport(path, specifier)),
    barrels: reExports.flatMap(({ moduleRequest, importName }) =>
      moduleRequest && importName.kind === "AllButDefault" ? [moduleRequest.value] : [],
    ),
    castsToAny: hasCastToAny(program) || comments.some(({ value }) => /@ts-(ignore|nocheck)/.test(value)),
  };
}

/** The text between the quotes, or the expression itself, which then counts as an unknown package. */
function dynamicSpecifier(text: string, { start, end }: { start: number; end: number }): string {
  return text.slice(start, end).replace(/^(["'`])(.*)\1$/s, "$2");
}

function typeSpecifiers(program: unknown): string[] {
  return nodesOf(program, "TSImportType").flatMap(({ source }) =>
    isNode(source) && typeof source.value === "string" ? [source.value] : [],
  );
}

function hasCastToAny(program: unknown): boolean {
  return nodesOf(program, "TSAsExpression").some(
    ({ typeAnnotation }) => isNode(typeAnnotation) && typeAnnotation.type === "TSAnyKeyword",
  );
}

type SyntaxNode = Readonly<Record<string, unknown>>;

/** Every node of one kind in a syntax tree. The tree comes from a file of ours, so its depth is bounded by our patience. */
function nodesOf(tree: unknown, type: string): SyntaxNode[] {
  if (Array.isArray(tree)) return tree.flatMap((child) => nodesOf(child, type));
  if (!isNode(tree)) return [];
  const inside = Object.values(tree).flatMap((child) => nodesOf(child, type));
  return tree.type === type ? [tree, ...inside] : inside;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null;
}

/** NodeNext imports end in `.js` and mean the `.ts` or `.tsx` beside it; the checks go by rooms and stems, so the stem stays. */
function resolveImport(path: string, specifier: string): Import {
  if (!specifier.startsWith(".")) return { target: specifier, isOurs: false };
  return { target: stem(posix.join(dirname(path), specifier)), isOurs: true };
}

/** A path without its TypeScript or JavaScript ending, so that an import and the file it names compare equal. */
export function stem(path: string): string {
  return path.replace(/\.(ts|tsx|js|jsx)$/, "");
}
