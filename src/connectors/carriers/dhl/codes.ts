import { readFileSync } from "node:fs";
import type { Meaning } from "../../../domain/scan.js";
import { isSubStatus, subStatusRow } from "../../../domain/status.js";
import type { StatusCode } from "../contract.js";

/** What the tables of codes are, for readers of the published list. */
export const DHL_CODE_TABLES: Readonly<Record<string, string>> = {
  unified:
    "The phases that all divisions share: `statusCode`. They decide where a division sent no code and no telling words.",
  dgf: "DHL Global Forwarding.",
  ecommerce: "DHL eCommerce.",
  "ecommerce-europe": "DHL eCommerce Europe.",
  "ecommerce-ppl": "DHL eCommerce, PPL.",
  express: "DHL Express, in Shipment Tracking - Unified and in MyDHL.",
  freight: "DHL Freight.",
  "parcel-de": "DHL Parcel, Germany.",
  "parcel-nl": "DHL Parcel, Netherlands.",
  "parcel-pl": "DHL Parcel, Poland.",
  svb: "The service `svb` of Shipment Tracking - Unified.",
};

/**
 * Every documented DHL code with its meaning, from `codes.tsv` (key, sub-status or `information`, flag). A key is
 * `<service>:<code>`, because each division has codes of its own: `DD` is a damaged delivery at Express and a data
 * service at Parcel DE. `unified` holds the four values of `statusCode` that every division shares; its fifth, `unknown`,
 * says nothing and is no code. The file is read once, at first use.
 */
export function dhlStatusCodes(): readonly StatusCode[] {
  return [...table().values()];
}

/** The meaning of a division's code; null when DHL documents no such code. */
export function codeMeaning(service: string, code: string): Meaning | null {
  const row = table().get(`${service}:${code}`);
  if (row === undefined) return null;
  if (row.status === "information" || row.subStatus === "") return { kind: "information" };
  const { status, subStatus, revokesDelivery } = row;
  return { kind: "status", status, subStatus, ...(revokesDelivery && { revokesDelivery }) };
}

let loaded: ReadonlyMap<string, StatusCode> | undefined;

function table(): ReadonlyMap<string, StatusCode> {
  loaded ??= new Map(readRows(readFileSync(new URL("codes.tsv", import.meta.url), "utf8")));
  return loaded;
}

function* readRows(tsv: string): Generator<[string, StatusCode]> {
  for (const line of tsv.trimEnd().split("\n").slice(1)) {
    const [key = "", subStatus = "", flag] = line.split("\t");
    yield [key, readRow(key, subStatus, flag)];
  }
}

function readRow(key: string, subStatus: string, flag: string | undefined): StatusCode {
  if (subStatus === "information") return { key, status: "information", subStatus: "" };
  if (!isSubStatus(subStatus)) throw new Error(`codes.tsv: ${key} names an unknown sub-status "${subStatus}"`);
  return {
    key,
    status: subStatusRow(subStatus).status,
    subStatus,
    ...(flag === "revokesDelivery" && { revokesDelivery: true }),
  };
}
