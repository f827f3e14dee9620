import { machineNow } from "./machine.js";

/** What the command line asks of a benchmark. */
export interface BenchFlags {
  /** One line of JSON on standard output and nothing else there. */
  readonly json: boolean;
  /** Seconds instead of minutes, to prove that the benchmark runs; its figures mean nothing. */
  readonly smoke: boolean;
  /** The largest size too, where there is one. */
  readonly large: boolean;
}

/** A figure that DESIGN's budget names, beside its bar. */
export interface Budget {
  readonly what: string;
  readonly figure: number;
  readonly bar: number;
  readonly better: "more" | "less";
}

/** What a benchmark found. Numbers carry their unit in their names (`p99Ms`, `perSecond`). */
export interface BenchReport {
  readonly bench: string;
  readonly tables: readonly {
    readonly title: string;
    readonly rows: readonly Readonly<Record<string, string | number>>[];
  }[];
  readonly budgets: readonly Budget[];
  /** What a reader has to know to judge the figures. */
  readonly notes: readonly string[];
}

/** @throws Error on a flag that no benchmark knows */
export function readFlags(args: readonly string[]): BenchFlags {
  const known = new Set(["--json", "--smoke", "--large"]);
  const unknown = args.find((arg) => !known.has(arg));
  if (unknown !== undefined) throw new Error(`Unknown flag ${unknown}; there are ${[...known].join(", ")}.`);
  return { json: args.includes("--json"), smoke: args.includes("--smoke"), large: args.includes("--large") };
}

/** Prints small Markdown tables, or one line of JSON. Says whether each budget was met; a smoke run judges nothing. */
export function printReport(report: BenchReport, { json, smoke }: BenchFlags): void {
  const machine = machineNow();
  const judged = report.budgets.map((budget) => ({ ...budget, met: isMet(budget) }));
  if (json) {
    console.log(JSON.stringify({ ...report, smoke, machine, budgets: judged }));
    return;
  }
  console.log(`# ${report.bench}${smoke ? " (smoke run: the figures mean nothing)" : ""}\n\n${machine.text}`);
  for (const { title, rows } of report.tables) console.log(`\n${title}\n\n${toMarkdown(rows)}`);
  if (!smoke) for (const budget of judged) console.log(`\n${describeBudget(budget)}`);
  for (const note of report.notes) console.log(`\n${note}`);
}

/** Progress goes to standard error, so that standard output stays a table or JSON. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function isMet({ figure, bar, better }: Budget): boolean {
  return better === "more" ? figure >= bar : figure <= bar;
}

function describeBudget(budget: Budget & { readonly met: boolean }): string {
  const { what, figure, bar, better, met } = budget;
  return `${met ? "met   " : "MISSED"} ${what}: ${cell(figure)} (at ${better === "more" ? "least" : "most"} ${cell(bar)})`;
}

function toMarkdown(rows: readonly Readonly<Record<string, string | number>>[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = rows.map((row) => names.map((name) => cell(row[name] ?? "")));
  return [names, names.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function cell(value: string | number): string {
  if (typeof value === "string") return value;
  return Number.isInteger(value) || Math.abs(value) >= 1_000
    ? Math.round(value).toLocaleString("en")
    : value.toPrecision(3);
}
