/** A table for people: columns as wide as their longest cell, two blanks between, a header in capitals. No lines. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const lines = [header.map((cell) => cell.toUpperCase()), ...rows.map((row) => row.map(plainText))];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) =>
    line
      .map((cell, column) => (column === line.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

/** Text from outside without control characters: a carrier's words must not steer somebody's terminal. */
export function plainText(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
}

/** An instant to the second in UTC, or a dash. */
export function utcText(at: Date | null): string {
  return at === null ? "-" : at.toISOString().replace(/\.\d{3}Z$/, "Z");
}
