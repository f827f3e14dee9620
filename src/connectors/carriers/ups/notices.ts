import type { Notice, NoticeKind } from "../../../domain/report.js";
import { listAt, readJson, textAt } from "../../../runtime/json.js";

const MAX_ERROR_BYTES = 64 * 1024;
const MAX_NOTICES = 100;

/**
 * Codes that UPS uses for one number, in `warnings` of a 200 and in `errors` of a 400 or 404. All its other error codes
 * are about the call.
 */
const NUMBER_CODES: ReadonlyMap<string, NoticeKind> = new Map([
  ["TW0001", "not_found"],
  ["TV1002", "invalid_number"],
]);

/** Stands in a notice whose body does not repeat the number: it is the only one that the call asked about. */
const THE_NUMBER_ASKED = "";

/**
 * The notices of a shipment that holds no package. A warning that we do not know still means that UPS told nothing
 * about the number; its code and words are kept. Older bodies leave the number out.
 */
export function readWarnings(inquiryNumber: string | null, warnings: readonly unknown[]): Notice[] {
  const trackingNumber = inquiryNumber ?? THE_NUMBER_ASKED;
  return warnings.slice(0, MAX_NOTICES).flatMap((warning) => {
    const carrierCode = textAt(warning, "code");
    if (carrierCode === null) return [];
    return [{ trackingNumber, kind: kindOf(carrierCode) ?? "not_found", carrierCode, carrierText: textOf(warning) }];
  });
}

/** The notices of an error body, which never repeats the number. */
export function readNumberErrors(errors: readonly unknown[]): Notice[] {
  return errors.slice(0, MAX_NOTICES).flatMap((error) => {
    const carrierCode = textAt(error, "code");
    const kind = carrierCode === null ? undefined : kindOf(carrierCode);
    if (carrierCode === null || kind === undefined) return [];
    return [{ trackingNumber: THE_NUMBER_ASKED, kind, carrierCode, carrierText: textOf(error) }];
  });
}

/** Whether an error body speaks about the number asked for, rather than about the call. */
export function statesNumberErrors(body: Uint8Array): boolean {
  const reading = readJson(body, MAX_ERROR_BYTES);
  return reading.ok && readNumberErrors(listAt(reading.value, "response", "errors")).length > 0;
}

function kindOf(carrierCode: string): NoticeKind | undefined {
  return NUMBER_CODES.get(carrierCode.toUpperCase());
}

function textOf(said: unknown): string {
  return textAt(said, "message") ?? "";
}
