import type { JSX } from "preact";
import { placeLine } from "../domain/sentences/place-words.js";
import type { Sentences } from "../domain/sentences/sentences-for.js";
import { Icon } from "./icons.js";
import { TimeStamp } from "./time-stamp.js";
import { MAX_SCANS_SHOWN, type PageView, type ParcelView, type TimelineEntryView } from "./view-model.js";

/** What every entry needs besides itself. */
interface TimelineContext {
  readonly view: PageView;
  readonly parcel: ParcelView;
  readonly sentences: Sentences;
}

/** The scans of a parcel, newest first: the last three, and the earlier ones behind one tap. */
export function TimelineList({ view, parcel, sentences }: TimelineContext): JSX.Element {
  const context = { view, parcel, sentences };
  const latest = parcel.timeline.slice(0, SHOWN_AT_ONCE);
  const earlier = parcel.timeline.slice(SHOWN_AT_ONCE, MAX_SCANS_SHOWN);
  if (latest.length === 0) return <p class="muted">{sentences.phrase("noScans", { carrier: parcel.carrierName })}</p>;
  return (
    <>
      <ol class="scans">{latest.map((entry) => TimelineItem(entry, context))}</ol>
      {earlier.length > 0 && (
        <details class="earlier">
          <summary>
            <span>{sentences.phrase("earlierScans", { count: earlier.length })}</span>
            <Icon name="down" size={18} />
          </summary>
          <ol class="scans">{earlier.map((entry) => TimelineItem(entry, context))}</ol>
        </details>
      )}
    </>
  );
}

const SHOWN_AT_ONCE = 3;

/** Our sentence first, then when and where, then the carrier's own words; those alone where we have none. */
function TimelineItem(entry: TimelineEntryView, { view, sentences }: TimelineContext): JSX.Element {
  const { carrierName, subStatus, place, time } = entry;
  const where = placeLine(place, view.order.destination?.country ?? null, sentences.locale);
  const ours = subStatus === null ? null : sentences.scan(subStatus, carrierName, view.brand.name);
  const words =
    entry.carrierText === "" ? null : (
      <bdi dir="auto" lang={entry.carrierTextLanguage ?? ""}>
        {entry.carrierText}
      </bdi>
    );
  return (
    <li class="scan">
      <p class="scan-line">{ours ?? words ?? "–"}</p>
      <p class="scan-when">
        <TimeStamp time={time} today={view.order.today} sentences={sentences} />
        {where !== null && (
          <>
            <span aria-hidden="true"> · </span>
            <span class="where">{where}</span>
          </>
        )}
      </p>
      {ours !== null && words !== null && (
        <p class="scan-words">
          {sentences.phrase("carrierSays", { carrier: carrierName })} <q>{words}</q>
        </p>
      )}
    </li>
  );
}
