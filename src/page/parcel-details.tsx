import type { JSX } from "preact";
import type { Sentences } from "../domain/sentences/sentences-for.js";
import { Icon } from "./icons.js";
import type { ParcelView } from "./view-model.js";

/** Carrier, service and tracking number, with the way to the carrier's own page. */
export function ParcelDetails({
  parcel: { carrierName, serviceLevel, trackingNumber, carrierUrl },
  sentences: { phrase },
}: {
  readonly parcel: ParcelView;
  readonly sentences: Sentences;
}): JSX.Element {
  return (
    <dl class="details">
      <div>
        <dt>{phrase("carrier", {})}</dt>
        <dd>
          {carrierName}
          {serviceLevel !== null && <span class="muted"> {serviceLevel}</span>}
        </dd>
      </div>
      <div>
        <dt>{phrase("trackingNumber", {})}</dt>
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
    </dl>
  );
}
