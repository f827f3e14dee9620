import type { Notice, NoticeKind } from "../../../domain/report.js";
import { listAt, readJson, recordAt, textAt } from "../../../runtime/json.js";

const MAX_ERROR_BYTES = 64 * 1024;
const MAX_DEPTH = 4;
const MAX_NOTICE_CHARS = 300;

/** What an error of EasyPost says about one number. */
interface NumberRefusal {
  readonly kind: NoticeKind;
  /** For operators, in our words. */
  readonly reason: string;
}

const TEST_MODE: NumberRefusal = {
  kind: "not_ours",
  reason: "The API key is a test key, which knows only EasyPost's own test numbers.",
};

/** EasyPost's error codes that are about the number asked for. All others are about the call. */
const NUMBER_CODES: ReadonlyMap<string, NumberRefusal> = new Map([
  ["TRACKER.NOT_FOUND", { kind: "not_found", reason: "EasyPost does not know the number." }],
  ["TRACKER.CREATE.ERROR", { kind: "not_found", reason: "EasyPost could not find the number with any carrier." }],
  ["TRACKER.INVALID_TEST_CODE", TEST_MODE],
  ["TRACKER.NO_CARRIER_FOR_CODE", { kind: "invalid_number", reason: "No carrier of EasyPost has numbers like it." }],
  ["TRACKER.CARRIER_CODE_MISMATCH", { kind: "invalid_number", reason: "The carrier has no numbers like it." }],
  [
    "TRACKER.MULTIPLE_CARRIERS_FOR_CODE",
    { kind: "not_ours", reason: "Several carriers have numbers like it: register it with its carrier." },
  ],
  ["TRACKER.UNSUPPORTED_CARRIER", { kind: "not_ours", reason: "EasyPost does not follow parcels of this carrier." }],
  [
    "TRACKER.NO_CARRIER_ACCOUNT",
    { kind: "not_ours", reason: "EasyPost wants your own account with this carrier connected to it first." },
  ],
]);

/** What an error body says about the number asked for; null when it is about the call. Reads `{"error":{code,message}}`. */
export function readNumberRefusal(body: unknown): (NumberRefusal & { readonly notice: Notice }) | null {
  const carrierCode = textAt(body, "error", "code") ?? "";
  const refusal = NUMBER_CODES.get(carrierCode);
  if (refusal === undefined || isInFlight(body)) return null;
  const carrierText = messageOf(body).slice(0, MAX_NOTICE_CHARS);
  const told = carrierCode === "TRACKER.CREATE.ERROR" && /\btest mode\b/i.test(carrierText) ? TEST_MODE : refusal;
  // EasyPost's errors do not repeat the number.
  return { ...told, notice: { trackingNumber: "", kind: told.kind, carrierCode, carrierText } };
}

/** The same from a body not read yet. */
export function numberRefusalIn(body: Uint8Array): ReturnType<typeof readNumberRefusal> {
  const reading = readJson(body, MAX_ERROR_BYTES);
  return reading.ok ? readNumberRefusal(reading.value) : null;
}

/** Whether EasyPost refused because the same number is being created at this moment; asked again, it answers. */
export function isInFlightIn(body: Uint8Array): boolean {
  const reading = readJson(body, MAX_ERROR_BYTES);
  return reading.ok && isInFlight(reading.value);
}

/** The error code of a body. EasyPost writes dotted capitals; anything else might be an echo. */
export function errorCodesIn(body: Uint8Array): string[] {
  const reading = readJson(body, MAX_ERROR_BYTES);
  const code = reading.ok ? errorCodeOf(reading.value) : null;
  return code === null ? [] : [code];
}

/** The error code of a body that was read; null when it states none, or none that can be shown. */
export function errorCodeOf(body: unknown): string | null {
  const code = textAt(body, "error", "code") ?? "";
  return /^[A-Z]{2,30}(?:[._][A-Z0-9]{1,30}){0,8}$/.test(code) ? code : null;
}

function isInFlight(body: unknown): boolean {
  return /\bin[- ]flight\b/i.test(messageOf(body));
}

/** EasyPost's message is a text, a list of texts, or an object of either; `errors` holds more of the same. */
function messageOf(body: unknown): string {
  const error = recordAt(body, "error");
  const said = textsIn(error?.message, MAX_DEPTH);
  return (said.length > 0 ? said : textsIn(listAt(error, "errors"), MAX_DEPTH)).slice(0, 5).join("; ");
}

function textsIn(value: unknown, depth: number): string[] {
  const text = textAt({ value }, "value");
  if (text !== null) return [text];
  if (depth === 0 || typeof value !== "object" || value === null) return [];
  return Object.values(value)
    .slice(0, 10)
    .flatMap((inner: unknown) => textsIn(inner, depth - 1));
}
