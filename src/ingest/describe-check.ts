import type { TestNumber } from "../connectors/carriers/contract.js";
import { foldTimeline } from "../domain/fold.js";
import type { NoticeKind, Report } from "../domain/report.js";
import type { Status, SubStatus } from "../domain/status.js";
import { buildTimeline } from "../domain/timeline.js";
import type { TokenOrigin } from "./watch-tokens.js";

/** What an answer says of the number asked about. `status` is null for a parcel without any; `notice` where there is none. */
export interface ReadAnswer {
  readonly status: Status | null;
  readonly subStatus: SubStatus | null;
  readonly notice: NoticeKind | null;
}

/** What a check of a carrier found, whether it went well or not. */
export interface CheckFindings {
  /** Null where the carrier could not be asked. */
  readonly asked: { readonly trackingNumber: string; readonly isTestNumber: boolean } | null;
  readonly token: TokenOrigin;
  /** What was read in the answer; null without one. */
  readonly answer: ReadAnswer | null;
  /** Whether numbers could be subscribed; null where the carrier has no subscriptions. Nothing was subscribed. */
  readonly subscribing: { readonly possible: boolean; readonly obstacle: string | null } | null;
}

/** Reads the answer about one number as the pipeline would: the fold over the scans. Pure. */
export function readAnswer({ trackings, notices }: Report): ReadAnswer {
  const [tracking] = trackings;
  if (tracking === undefined) return { status: null, subStatus: null, notice: notices[0]?.kind ?? "not_found" };
  const fold = foldTimeline(buildTimeline(tracking.scans), { destination: tracking.destination });
  return { status: fold?.status ?? null, subStatus: fold?.subStatus ?? null, notice: null };
}

/** What went well, in up to three sentences: token and question, status read, subscribing. `testNumber`: the one asked about. */
export function describeCheck(
  name: string,
  { asked, token, answer, subscribing }: CheckFindings,
  testNumber: TestNumber | null,
): string {
  const number = `${testNumber === null ? "the example" : "its test number"} ${asked?.trackingNumber ?? ""}`;
  return [
    `${name} ${TOKEN[token]} a question about ${number}.`,
    `It ${read(answer)}${testNumber === null ? "" : comparison(answer, testNumber)}.`,
    ...(subscribing === null ? [] : [describeSubscribing(subscribing)]),
  ].join(" ");
}

const TOKEN: Readonly<Record<TokenOrigin, string>> = {
  new: "gave a token and answered",
  kept: "took the token it gave earlier and answered",
  refused: "answered",
  none: "answered",
};

function read(answer: ReadAnswer | null): string {
  if (answer === null) return "says nothing";
  if (answer.notice === "not_found") return "knows no such parcel";
  if (answer.notice !== null) return `cannot tell (${answer.notice})`;
  return answer.status === null ? "states no status" : `reads ${answer.status}/${answer.subStatus}`;
}

function comparison(answer: ReadAnswer | null, { shows }: TestNumber): string {
  if (shows === null) return "";
  const found = answer?.notice ?? answer?.status ?? null;
  return found === shows ? ", as documented" : `, where its documents say ${shows}`;
}

function describeSubscribing({ possible, obstacle }: NonNullable<CheckFindings["subscribing"]>): string {
  return possible ? "Numbers can be subscribed." : `Numbers cannot be subscribed yet: ${obstacle}`;
}
