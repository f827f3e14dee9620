import type { JSX } from "preact";
import type { Sentences } from "../domain/sentences/sentences-for.js";
import { Icon } from "./icons.js";
import type { LegView, ParcelView } from "./view-model.js";

/** Carrier, service and tracking number, with the way to the carrier's own page; then the numbers under which it goes on. */
export function ParcelDetails({
  parcel,
  sentences,
}: {
  readonly parcel: ParcelView;
  readonly sentences: Sentences;
}): JSX.Element {
  const { carrierName, serviceLevel, legs } = parcel;
  const { phrase } = sentences;
  return (
    <dl class="details">
      <div>
        <dt>{phrase("carrier", {})}</dt>
        <dd>
          {carrierName}
          {serviceLevel !== null && <span class="muted"> {serviceLevel}</span>}
        </dd>
      </div>
      <NumberRow title={phrase("trackingNumber", {})} number={parcel} sentences={sentences} />
      {legs.map((leg) => (
        <NumberRow
          key={leg.trackingNumber}
          title={phrase("carrierNumber", { carrier: leg.carrierName })}
          number={leg}
          sentences={sentences}
        />
      ))}
    </dl>
  );
}

function NumberRow({
  title,
  number: { carrierName, trackingNumber, carrierUrl },
  sentences: { phrase },
}: {
  readonly title: string;
  readonly number: LegView;
  readonly sentences: Sentences;
}): JSX.Element {
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        <bdi class="number notranslate" dir="ltr">
          {trackingNumber}
        </bdi>
        {carrierUrl !== null && (
          <a class="quiet" href={carrierUrl} rel="noreferrer">
            {phrase("openAtCarrier", { carrier: carrierName })}
            <Icon name="out" size={16} />
          </a>
        )}
      </dd>
    </div>
  );
}
