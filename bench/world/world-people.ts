/** Stores of the installation, and how many of a hundred orders are theirs. */
export const WORLD_STORES = [
  { id: "sto_world1", name: "Nordwind Outdoor", share: 70 },
  { id: "sto_world2", name: "Käthe & Bruno", share: 20 },
  { id: "sto_world3", name: "Lantern Books", share: 8 },
  { id: "sto_world4", name: "Maison Petit", share: 2 },
] as const;

const GIVEN =
  "Anna Ben Clara David Emma Felix Grace Henry Ida Jonas Kira Liam Mia Noah Olga Paul Quinn Rosa Sven Tara".split(" ");
const FAMILY =
  "Adams Bauer Carter Dubois Evans Fischer Garcia Hoffmann Ito Jensen Keller Lopez Meyer Nakamura Olsen Perez".split(
    " ",
  );
const THINGS =
  "Rain jacket,Wool socks,Trail shoes,Head torch,Enamel mug,Linen shirt,Desk lamp,Notebook,Tea towel,Backpack".split(
    ",",
  );

/** One of the list, the first ones most often. */
function pick(list: readonly string[], point: number): string {
  return list[Math.floor(point * point * list.length)] ?? list[0] ?? "";
}

/** Which store an order is of. */
export function storeAt(point: number): number {
  let left = point * 100;
  for (const [index, { share }] of WORLD_STORES.entries()) {
    left -= share;
    if (left < 0) return index;
  }
  return 0;
}

export function personOf(random: () => number): string {
  return `${pick(GIVEN, random())} ${pick(FAMILY, random())}`;
}

export function thingOf(random: () => number): string {
  return pick(THINGS, random());
}

/** How many line items an order has: mostly one, four at most. */
export function itemCountOf(point: number): number {
  return point < 0.55 ? 1 : point < 0.8 ? 2 : point < 0.92 ? 3 : 4;
}

/** How many parcels an order travels in. */
export function parcelCountOf(point: number): number {
  return point < 0.88 ? 1 : point < 0.98 ? 2 : 3;
}
