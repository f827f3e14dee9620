import type { JSX } from "preact";
import type { ParcelFacts } from "../domain/sentences/facts.js";
import type { Sentences } from "../domain/sentences/sentences-for.js";
import { tellableEdd } from "../domain/sentences/tellable-edd.js";
import { subStatusRow } from "../domain/status.js";
import { type HeadingLevel, SubHeading } from "./sub-heading.js";

/** The estimate with who stands behind it, and the old date beside a new one. Nothing where none may be told. */
export function EstimateBlock({
  facts,
  storeName,
  level,
  sentences,
}: {
  readonly facts: ParcelFacts;
  readonly storeName: string;
  readonly level: HeadingLevel;
  readonly sentences: Sentences;
}): JSX.Element | null {
  const { phrase, dates } = sentences;
  const edd = tellableEdd(facts);
  if (edd === null) return null;
  const { previousEdd } = facts;
  const source = {
    carrier: phrase("sourceCarrier", { carrier: facts.carrierName }),
    predicted: phrase("sourcePredicted", { store: storeName }),
    promised: phrase("sourcePromised", { store: storeName }),
  }[edd.source];
  return (
    <div class="estimate">
      <SubHeading level={level}>{phrase(titleOf(facts), {})}</SubHeading>
      <p class="estimate-date">
        <time dateTime={edd.from}>{dates.estimate(edd, null)}</time>
      </p>
      <p class="muted">
        {source}
        {previousEdd !== null && (
          <>
            <span aria-hidden="true"> · </span>
            <span class="before">
              {phrase("previously", {
                date: dates.estimate({ ...previousEdd, windowFrom: null, windowTo: null }, null),
              })}
            </span>
          </>
        )}
      </p>
    </div>
  );
}

function titleOf({ subStatus, previousEdd }: ParcelFacts): "newEstimate" | "lastEstimate" | "estimatedDelivery" {
  if (previousEdd !== null) return "newEstimate";
  const isLate =
    subStatus !== null && subStatusRow(subStatus).status === "exception" && subStatus.startsWith("delayed");
  return isLate ? "lastEstimate" : "estimatedDelivery";
}
