import { readFileSync } from "node:fs";
import type { Meaning } from "../../../domain/scan.js";
import { isSubStatus, subStatusRow } from "../../../domain/status.js";
import type { StatusCode } from "../contract.js";

/** What the tables of codes are, for readers of the published list. */
export const UPS_CODE_TABLES: Readonly<Record<string, string>> = {
  status:
    "The three-digit codes: `statusCode` of a poll, `descriptionCode` of a push. Where there is one, it is read first.",
  exception: "Activity type `X`.",
  dials: "Activity type `D`.",
  movement: "Activity type `I`.",
  manifest: "Activity type `M`.",
  void: "Activity type `MV`.",
  pickup: "Activity type `P`.",
  update: "Activity type `U`.",
  type: "The activity type itself, for a scan that carries no code.",
};

/** A UPS code that moves nothing: claims, paperwork, photos, changed estimates. */
export const INFORMATION: Meaning = { kind: "information" };

/**
 * Every documented UPS code with its meaning, from `codes.tsv` (key, sub-status or `information`, flag). A key is
 * `<table>:<code>`. Tables: `status` (the three-digit codes), then one per activity type, because the same two letters
 * mean different things in each: `exception` (X), `dials` (D), `movement` (I), `pickup` (P), `manifest` (M), `void` (MV),
 * `update` (U), and `type` for a scan that carries no code at all. The file is read once, at first use.
 */
export function upsStatusCodes(): readonly StatusCode[] {
  return [...table().values()];
}

/** The meaning of one key; null when UPS documents no such code. */
export function codeMeaning(key: string): Meaning | null {
  const code = table().get(key);
  if (code === undefined) return null;
  if (code.status === "information" || code.subStatus === "") return INFORMATION;
  const { status, subStatus, revokesDelivery, cancelsReturn } = code;
  return {
    kind: "status",
    status,
    subStatus,
    ...(revokesDelivery && { revokesDelivery }),
    ...(cancelsReturn && { cancelsReturn }),
  };
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
    ...(flag === "cancelsReturn" && { cancelsReturn: true }),
  };
}
