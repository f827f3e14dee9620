import type { PhraseKey } from "../domain/sentences/catalogue.js";
import type { SubStatus } from "../domain/status.js";
import type { IconName } from "./icons.js";
import type { ParcelView } from "./view-model.js";

/** One step of the progress line. `attention`: the parcel is here, and something is wrong. */
export interface ProgressStep {
  readonly label: StepLabel;
  readonly icon: IconName;
  readonly state: "done" | "now" | "attention" | "ahead";
}

export type StepLabel = Extract<PhraseKey, `step${string}`>;

/** The five steps of a parcel, or of an order without parcels (null). Pickup, a failed attempt and a return branch off. */
export function progressSteps(
  parcel: Pick<ParcelView, "status" | "subStatus" | "furthestStage"> | null,
): readonly ProgressStep[] {
  const current = currentStep(parcel);
  const isInTrouble = parcel?.status === "exception" && parcel.subStatus !== "returned_to_sender";
  return labelsOf(parcel).map(({ label, icon }, index) => {
    if (index !== current) return { label, icon, state: index < current ? "done" : "ahead" };
    return { label, icon: isInTrouble ? "bang" : icon, state: isInTrouble ? "attention" : "now" };
  });
}

const RETURN_STAGE = 3;
const LAST_STAGE = 4;

function currentStep(parcel: Pick<ParcelView, "subStatus" | "furthestStage"> | null): number {
  if (parcel === null) return 0;
  if (parcel.subStatus === "returned_to_sender") return LAST_STAGE;
  if (parcel.subStatus === "returning_to_sender") return RETURN_STAGE;
  if (parcel.subStatus !== null && ATTEMPTED.has(parcel.subStatus)) return RETURN_STAGE;
  return Math.min(Math.max(parcel.furthestStage, 1), LAST_STAGE);
}

function labelsOf(
  parcel: Pick<ParcelView, "subStatus" | "furthestStage"> | null,
): readonly Omit<ProgressStep, "state">[] {
  const subStatus = parcel?.subStatus ?? null;
  const hasLabelOnly = parcel !== null && currentStep(parcel) === 1;
  return [
    { label: "stepConfirmed", icon: "bag" },
    hasLabelOnly ? { label: "stepLabel", icon: "label" } : { label: "stepShipped", icon: "parcel" },
    { label: "stepInTransit", icon: "road" },
    ...lastSteps(subStatus),
  ];
}

function lastSteps(subStatus: SubStatus | null): readonly Omit<ProgressStep, "state">[] {
  if (subStatus !== null && RETURNS.has(subStatus))
    return [
      { label: "stepComingBack", icon: "back" },
      { label: "stepReturned", icon: "shop" },
    ];
  if (subStatus !== null && PICKUP.has(subStatus))
    return [
      { label: "stepReadyToCollect", icon: "shop" },
      { label: "stepCollected", icon: "home" },
    ];
  const isAttempted = subStatus !== null && ATTEMPTED.has(subStatus);
  return [
    { label: isAttempted ? "stepDeliveryTried" : "stepOutForDelivery", icon: "van" },
    { label: "stepDelivered", icon: "home" },
  ];
}

const RETURNS: ReadonlySet<SubStatus> = new Set<SubStatus>(["returning_to_sender", "returned_to_sender"]);
const PICKUP: ReadonlySet<SubStatus> = new Set<SubStatus>([
  "to_pickup_point",
  "available_for_pickup",
  "pickup_reminder",
  "collected",
]);
const ATTEMPTED: ReadonlySet<SubStatus> = new Set<SubStatus>([
  "delivery_attempted",
  "recipient_unavailable",
  "business_closed",
  "access_problem",
]);
