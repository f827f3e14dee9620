/**
 * The setting that a mistyped name was most likely meant to be, or null when none is near (more than a third would
 * differ). The prefix that nearly all share says nothing and is left aside.
 */
export function nearestName(mistyped: string, names: readonly string[]): string | null {
  const typed = ownPart(mistyped.slice(0, 80));
  const ranked = names
    .map((name) => ({ name, distance: editDistance(typed, ownPart(name)) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.floor(ownPart(best.name).length / 3) ? best.name : null;
}

function ownPart(name: string): string {
  return name.replace(/^WAYBILL_/, "");
}

/** How many characters must be put in, taken out or replaced (Levenshtein), by two rows of the usual table. */
function editDistance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (above[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    above = current;
  }
  return above[to.length] ?? 0;
}
