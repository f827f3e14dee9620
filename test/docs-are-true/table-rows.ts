/** The rows of all tables of a Markdown page whose first cell is code, cell by cell, code marks left out of the first. */
export function rowsOf(page: string): string[][] {
  return page
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .map(([first = "", ...others]) => [first.replaceAll("`", ""), ...others]);
}
