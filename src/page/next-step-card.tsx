import type { JSX } from "preact";
import type { Brand } from "../domain/brand.js";
import type { Sentences } from "../domain/sentences/sentences-for.js";
import { type SubStatus, subStatusRow } from "../domain/status.js";
import { Icon } from "./icons.js";
import { type HeadingLevel, SubHeading } from "./sub-heading.js";
import type { ParcelView } from "./view-model.js";

/** Whether a parcel's next step is worth a card of its own: something is wrong, or the shopper has to act. */
export function needsCard(subStatus: SubStatus | null): subStatus is SubStatus {
  if (subStatus === null) return false;
  const { status, actor } = subStatusRow(subStatus);
  return status === "exception" || actor === "shopper";
}

/** One card, one sentence, at most one button: what the shopper can do, or what happens without them. */
export function NextStepCard({
  parcel,
  subStatus,
  next,
  brand,
  orderNumber,
  level,
  sentences,
}: {
  readonly parcel: ParcelView;
  readonly subStatus: SubStatus;
  readonly next: string;
  readonly brand: Brand;
  readonly orderNumber: string;
  readonly level: HeadingLevel;
  readonly sentences: Sentences;
}): JSX.Element {
  const isOnShopper = subStatusRow(subStatus).actor !== "carrier";
  const href = supportHref(brand, orderNumber);
  const atStore = href === null ? null : { href, text: sentences.phrase("contactStore", { store: brand.name }) };
  const action = isOnShopper ? chooseAction(subStatus, parcel, atStore, sentences) : null;
  return (
    <div class="card-next">
      <Icon name={isOnShopper ? "alert" : "clock"} size={24} />
      <div>
        <SubHeading level={level}>{sentences.phrase(isOnShopper ? "whatYouCanDo" : "whatHappensNext", {})}</SubHeading>
        <p>{next}</p>
        {action !== null && (
          <p class="action">
            <a class="button" href={action.href} rel="noreferrer">
              {action.text}
            </a>
          </p>
        )}
      </div>
    </div>
  );
}

/** Where the store can be asked, or null when it gives no such place. */
export function supportHref({ supportUrl, supportEmail }: Brand, orderNumber: string): string | null {
  if (supportUrl !== null) return supportUrl;
  return supportEmail === null ? null : `mailto:${supportEmail}?subject=${encodeURIComponent(orderNumber)}`;
}

interface Action {
  readonly href: string;
  readonly text: string;
}

function chooseAction(
  subStatus: SubStatus,
  { carrierName, carrierUrl }: ParcelView,
  atStore: Action | null,
  { phrase }: Sentences,
): Action | null {
  if (!SETTLED_AT_CARRIER.has(subStatus) || carrierUrl === null) return atStore;
  return { href: carrierUrl, text: phrase("openAtCarrier", { carrier: carrierName }) };
}

const SETTLED_AT_CARRIER: ReadonlySet<SubStatus> = new Set<SubStatus>([
  "available_for_pickup",
  "pickup_reminder",
  "recipient_unavailable",
  "access_problem",
  "payment_due",
  "shopper_action_required",
  "customs_duties_due",
]);
