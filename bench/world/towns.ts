import type { Place } from "../../src/domain/place.js";

/**
 * Towns around the destinations of `simulateParcel`, each list in one time zone and the busiest first. Zones are certain: no
 * region here has two.
 */
const TOWNS: Readonly<Record<string, readonly string[]>> = {
  Columbus: [
    "New York,NY,10001",
    "Philadelphia,PA,19103",
    "Atlanta,GA,30303",
    "Boston,MA,02108",
    "Charlotte,NC,28202",
    "Columbus,OH,43004",
    "Washington,DC,20001",
    "Baltimore,MD,21201",
    "Cleveland,OH,44101",
    "Pittsburgh,PA,15222",
    "Richmond,VA,23219",
    "Newark,NJ,07102",
    "Cincinnati,OH,45202",
    "Raleigh,NC,27601",
    "Buffalo,NY,14202",
    "Savannah,GA,31401",
  ],
  Portland: [
    "Portland,ME,04101",
    "Hartford,CT,06103",
    "Providence,RI,02903",
    "Manchester,NH,03101",
    "Burlington,VT,05401",
    "Albany,NY,12207",
    "Worcester,MA,01608",
    "Bangor,ME,04401",
  ],
  Fresno: [
    "Los Angeles,CA,90012",
    "San Diego,CA,92101",
    "San Francisco,CA,94103",
    "Seattle,WA,98101",
    "San Jose,CA,95113",
    "Sacramento,CA,95814",
    "Fresno,CA,93721",
    "Spokane,WA,99201",
    "Oakland,CA,94607",
    "Bakersfield,CA,93301",
  ],
  Kassel: [
    "Berlin,,10115",
    "Hamburg,,20095",
    "München,,80331",
    "Köln,,50667",
    "Frankfurt am Main,,60311",
    "Stuttgart,,70173",
    "Leipzig,,04109",
    "Bremen,,28195",
    "Dresden,,01067",
    "Kassel,,34117",
    "Nürnberg,,90402",
    "Göttingen,,37073",
  ],
  Lyon: ["Paris,,75001", "Lyon,,69001", "Marseille,,13001", "Toulouse,,31000", "Lille,,59000", "Nantes,,44000"],
  Osaka: ["Tokyo,,100-0001", "Osaka,,530-0001", "Nagoya,,450-0002", "Fukuoka,,812-0011", "Sapporo,,060-0001"],
};

const places = new Map<string, readonly Place[]>();

/** One of the towns around a simulated destination: the second is half as likely as the first, the third a third, and so on. */
export function townNear({ city, country }: Place, point: number): Place {
  const towns = townsOf(city ?? "", country ?? "US");
  let left = point * towns.reduce((sum, _, index) => sum + 1 / (index + 1), 0);
  for (const [index, town] of towns.entries()) {
    left -= 1 / (index + 1);
    if (left <= 0) return town;
  }
  return at(towns, 0);
}

const HUBS = 97;
const hubs = new Map<string, Place>();
const buildings = new Map<Place, Place>();

/** One of the carrier's buildings on the way, in a town around the destination. */
export function hubNear(destination: Place, point: number): Place {
  const number = Math.floor(point * HUBS);
  const key = `${destination.city} ${number}`;
  const known = hubs.get(key);
  if (known !== undefined) return known;
  const town = townNear(destination, number / HUBS);
  const facilityCode = `${(town.city ?? "").slice(0, 3).toUpperCase()}${number + 1}`;
  const hub = { ...town, postalCode: null, facilityCode };
  hubs.set(key, hub);
  return hub;
}

/** The same place, said more exactly. */
export function buildingIn(place: Place): Place {
  const known = buildings.get(place);
  if (known !== undefined) return known;
  const building = { ...place, facilityCode: `${place.facilityCode ?? ""}B` };
  buildings.set(place, building);
  return building;
}

function townsOf(city: string, country: string): readonly Place[] {
  const known = places.get(city);
  if (known !== undefined) return known;
  const towns = (TOWNS[city] ?? []).map((line): Place => {
    const [name = "", region = "", postalCode = ""] = line.split(",");
    return { city: name, region: region === "" ? null : region, country, postalCode, facilityCode: null };
  });
  if (towns.length === 0) throw new Error(`No towns are known around ${city}.`);
  places.set(city, towns);
  return towns;
}

function at<Value>(list: readonly Value[], index: number): Value {
  const value = list[index];
  if (value === undefined) throw new RangeError(`Nothing at ${index}.`);
  return value;
}
