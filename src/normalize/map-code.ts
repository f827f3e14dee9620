import type { Carrier } from "../connectors/carriers/contract.js";
import { isSubStatus, SUB_STATUSES } from "../domain/status.js";
import { nearestName } from "../runtime/nearest-name.js";
import { Problem } from "../runtime/problem.js";
import { writeAudit } from "../store/audit-log.js";
import {
  findCodeMapping,
  insertCodeMapping,
  listCodeMappings,
  lockCodeMappings,
  type MappedCode,
  type MappedMeaning,
} from "../store/code-mappings.js";
import type { Queryable } from "../store/database.js";

/** Longest code as a carrier may print it; DHL's sentences stand as codes too. */
const MAX_CODE_LENGTH = 200;
const MAX_REASON_LENGTH = 500;
/** A carrier documents some hundred codes. Every normaliser keeps all mappings in memory. */
const MAX_MAPPINGS = 5_000;

/** What an operator asks for. `meaning` is a sub-status or `information`, as typed. */
export interface CodeMappingRequest extends MappedCode {
  readonly meaning: string;
  readonly revokesDelivery: boolean;
  readonly cancelsReturn: boolean;
  readonly reason: string;
  readonly actor: string;
}

/** What became of it: the version that counts now, and whether it is a new one. */
export interface CodeMappingChange {
  readonly version: number;
  readonly changed: boolean;
}

/**
 * Says what a code means that this release does not know, for all stores, in the caller's transaction. Scans that come from
 * now on have that meaning; stored ones get it by a replay. Said twice, the version stays.
 * @throws Problem 422 `mapping_invalid` with what to do
 */
export async function mapCode(
  tx: Queryable,
  request: CodeMappingRequest,
  carriers: readonly Carrier[],
): Promise<CodeMappingChange> {
  const meaning = readMeaning(request);
  const mapped = { ...readCode(request, carriers), reason: readReason(request.reason), actor: request.actor };
  await lockCodeMappings(tx);
  const current = await findCodeMapping(tx, mapped);
  if (
    current !== null &&
    current.meaning === meaning.kind &&
    (meaning.kind !== "status" ||
      (current.subStatus === meaning.subStatus &&
        current.revokesDelivery === meaning.revokesDelivery &&
        current.cancelsReturn === meaning.cancelsReturn))
  ) {
    return { version: current.version, changed: false };
  }
  if ((await listCodeMappings(tx)).length >= MAX_MAPPINGS) {
    throw invalid(`${MAX_MAPPINGS} codes are mapped already. Withdraw some: waybill carriers unmap`);
  }
  const version = await insertCodeMapping(tx, { ...mapped, meaning });
  await audit(tx, "code_mapping.set", mapped, { version, meaning: request.meaning });
  return { version, changed: true };
}

/**
 * Takes back what was said of a code: it is unmapped again. The versions stay, as the record of what was.
 * @throws Problem 422 `mapping_invalid` when the code is not mapped
 */
export async function unmapCode(
  tx: Queryable,
  request: MappedCode & { readonly reason: string; readonly actor: string },
): Promise<CodeMappingChange> {
  const { carrier, code, actor } = request;
  const mapped = { carrier, code: code.trim(), reason: readReason(request.reason), actor };
  await lockCodeMappings(tx);
  const current = await findCodeMapping(tx, mapped);
  if (current === null || current.meaning === "withdrawn") {
    throw invalid(`No mapping of that ${shown(carrier)} code is in force. List them with: waybill carriers mappings`);
  }
  const version = await insertCodeMapping(tx, { ...mapped, meaning: { kind: "withdrawn" } });
  await audit(tx, "code_mapping.withdrawn", mapped, { version });
  return { version, changed: true };
}

/** What this release itself says of exactly this code (`in_transit/arrived`, `information`), or null. Then no mapping of it counts. */
export function releaseMeaning({ carrier, code }: MappedCode, carriers: readonly Carrier[]): string | null {
  const known = carriers.find((one) => one.code === carrier)?.statusCodes.find(({ key }) => key === code);
  if (known === undefined) return null;
  return known.subStatus === "" ? known.status : `${known.status}/${known.subStatus}`;
}

function readCode({ carrier, code }: MappedCode, carriers: readonly Carrier[]): MappedCode {
  if (!carriers.some((known) => known.code === carrier)) {
    const codes = carriers.map((known) => known.code);
    throw invalid(`There is no carrier "${shown(carrier)}". There are: ${codes.join(", ")}.`);
  }
  const mapped = { carrier, code: code.trim() };
  if (mapped.code === "" || mapped.code.length > MAX_CODE_LENGTH || /\p{Cc}/u.test(mapped.code)) {
    throw invalid(`A code has 1 to ${MAX_CODE_LENGTH} printable characters, as: waybill carriers --unmapped`);
  }
  const known = releaseMeaning(mapped, carriers);
  if (known === null) return mapped;
  throw invalid(
    `This release already reads ${carrier} ${shown(mapped.code)} as ${known}, and a mapping counts only for codes that it does not know.`,
  );
}

function readMeaning({ meaning, revokesDelivery, cancelsReturn }: CodeMappingRequest): MappedMeaning {
  if (isSubStatus(meaning)) return { kind: "status", subStatus: meaning, revokesDelivery, cancelsReturn };
  if (meaning !== "information") throw invalid(unknownMeaning(meaning));
  if (revokesDelivery || cancelsReturn) {
    throw invalid("What is only information moves nothing, so it takes back neither a delivery nor a return.");
  }
  return { kind: "information" };
}

function unknownMeaning(meaning: string): string {
  const names = [...Object.keys(SUB_STATUSES), "information"];
  const near = nearestName(meaning, names);
  const instead = near === null ? `There are: ${names.join(", ")}.` : `Did you mean ${near}?`;
  return `There is no sub-status "${shown(meaning)}". ${instead}`;
}

function readReason(reason: string): string {
  const text = reason.trim();
  if (text !== "" && text.length <= MAX_REASON_LENGTH) return text;
  throw invalid(`Say why in 1 to ${MAX_REASON_LENGTH} characters, for those who read it later: --reason <text>`);
}

function audit(
  tx: Queryable,
  action: string,
  { carrier, code, actor, reason }: MappedCode & { readonly actor: string; readonly reason: string },
  detail: object,
): Promise<void> {
  const subject = `code:${carrier}/${code}`;
  return writeAudit(tx, { storeId: null, actor, action, subject, detail: { ...detail, reason } });
}

function shown(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, " ").slice(0, 60);
}

function invalid(sentence: string): Problem {
  return new Problem(422, "mapping_invalid", sentence);
}
