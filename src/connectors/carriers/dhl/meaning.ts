import type { Meaning } from "../../../domain/scan.js";
import { PLAIN_SUB_STATUS, type Status, type SubStatus, subStatusRow } from "../../../domain/status.js";
import { codeMeaning } from "./codes.js";
import { foldText, isPaperwork, readWords } from "./words.js";

/** What DHL says about a scan in Shipment Tracking - Unified; `""` for what is missing. */
export interface UnifiedStatus {
  readonly service: string;
  /** `pre-transit`, `transit`, `delivered`, `failure`, `unknown`: the phase, in which all divisions agree. */
  readonly statusCode: string;
  /** A division's code, or its words, or the phase once more. */
  readonly status: string;
  readonly description: string;
}

const UNMAPPED: Meaning = { kind: "unmapped" };

/**
 * What a scan of Unified means: the division's code where it sends one, else its words, held against the phase; else the
 * phase alone. The phase is too coarse to go first: it calls a parcel at a counter "delivered", and a failed attempt "transit".
 * A code that DHL does not document stays unmapped whatever stands around it.
 */
export function meaningOf(said: UnifiedStatus): Meaning {
  const byCode = codeMeaning(said.service, said.status.toUpperCase());
  if (byCode !== null) return byCode;
  const phase = phaseOf(said.statusCode);
  if (phase === undefined) return UNMAPPED;
  if (isPaperwork(foldText(said.status)) || isPaperwork(foldText(said.description))) return { kind: "information" };
  if (isUnknownCode(said.status)) return UNMAPPED;
  return reconcile(readAll(said), phase);
}

/** What a code of MyDHL (`express`) or Parcel DE (`parcel-de`) means; the words beside it only say the same more exactly. */
export function meaningOfCode(service: string, code: string, text: string): Meaning {
  const meaning = codeMeaning(service, code);
  if (meaning === null) return UNMAPPED;
  if (meaning.kind !== "status" || meaning.subStatus !== PLAIN_SUB_STATUS[meaning.status]) return meaning;
  const words = readWords(foldText(text));
  return words !== null && isSharper(words, meaning.subStatus) ? statusMeaning(words) : meaning;
}

/** A sub-status as a meaning; what says that it is not, or no longer, with the recipient takes a delivery back. */
export function statusMeaning(subStatus: SubStatus): Meaning {
  const revokesDelivery = REVOKING.has(subStatus);
  return {
    kind: "status",
    status: subStatusRow(subStatus).status,
    subStatus,
    ...(revokesDelivery && { revokesDelivery }),
  };
}

const REVOKING: ReadonlySet<SubStatus> = new Set(["refused", "returning_to_sender", "returned_to_sender", "damaged"]);

/** Whether a text is one of DHL's five phases, as some divisions repeat it in `status`. */
export function isPhase(text: string): boolean {
  return PHASES.has(text.toLowerCase());
}

const PHASES = new Set(["pre-transit", "transit", "delivered", "failure", "unknown"]);

/** Null: no phase was stated. Undefined: one that DHL does not document. */
function phaseOf(statusCode: string): Meaning | null | undefined {
  const code = statusCode.toLowerCase();
  if (code === "" || code === "unknown") return null;
  return codeMeaning("unified", code) ?? undefined;
}

/** One token that is neither a phase nor a word we read: `56-999`, `ZZ9`, `toString`. Words that stand together are words. */
function isUnknownCode(status: string): boolean {
  return /^[\w./-]+$/.test(status) && !isPhase(status) && readWords(foldText(status)) === null;
}

/** The words of `status`; those of the description where they are all there is, or say more than a plain status. */
function readAll({ status, description }: UnifiedStatus): SubStatus | null {
  const long = readWords(foldText(description));
  const short = status.toLowerCase() === "delivered" || !isPhase(status) ? readWords(foldText(status)) : null;
  if (short === null || long === null) return short ?? long;
  if (short !== PLAIN_SUB_STATUS[subStatusRow(short).status]) return short;
  return subStatusRow(short).status !== subStatusRow(long).status || isSharper(long, short) ? long : short;
}

/** Among movements a description often tells of the one before, and none of them is news. */
function isSharper(words: SubStatus, plain: SubStatus): boolean {
  const { status } = subStatusRow(plain);
  return status !== "in_transit" && subStatusRow(words).status === status && words !== plain;
}

function reconcile(words: SubStatus | null, phase: Meaning | null): Meaning {
  if (words === null) return phase ?? UNMAPPED;
  if (phase === null || phase.kind !== "status") return statusMeaning(words);
  return contradicts(words, phase.status) ? phase : statusMeaning(words);
}

/** Still on its way for all that the words know: at a counter or with a partner is where DHL itself calls it delivered. */
const UNDER_WAY: ReadonlySet<Status> = new Set(["label_created", "in_transit", "out_for_delivery"]);
const ENDS_FOR_DHL: ReadonlySet<SubStatus> = new Set([
  "available_for_pickup",
  "pickup_reminder",
  "handed_to_partner",
  "to_pickup_point",
]);

/** Never "delivered" against DHL's own phase, and never under way where the phase says that it ended or went wrong. */
function contradicts(words: SubStatus, phase: Status): boolean {
  const { status } = subStatusRow(words);
  if (status === "delivered") return phase !== "delivered";
  return (phase === "delivered" || phase === "exception") && UNDER_WAY.has(status) && !ENDS_FOR_DHL.has(words);
}
