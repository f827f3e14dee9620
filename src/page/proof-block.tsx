import type { JSX } from "preact";
import type { ProofOfDelivery } from "../domain/report.js";
import type { Sentences } from "../domain/sentences/sentences-for.js";
import { type HeadingLevel, SubHeading } from "./sub-heading.js";

/** What the carrier offers as proof of a delivery; nothing where it offers nothing. */
export function ProofBlock({
  proof,
  level,
  sentences: { phrase },
}: {
  readonly proof: ProofOfDelivery | null;
  readonly level: HeadingLevel;
  readonly sentences: Sentences;
}): JSX.Element | null {
  if (proof === null) return null;
  const lines = [
    proof.receivedBy === null ? null : phrase("receivedBy", { name: proof.receivedBy }),
    proof.location === null ? null : phrase("leftAt", { place: proof.location }),
    proof.hasSignature ? phrase("signatureTaken", {}) : null,
    proof.hasPhoto ? phrase("photoTaken", {}) : null,
  ].filter((line) => line !== null);
  if (lines.length === 0) return null;
  return (
    <div class="proof">
      <SubHeading level={level}>{phrase("proofOfDelivery", {})}</SubHeading>
      <ul class="plain">
        {lines.map((line) => (
          <li dir="auto">{line}</li>
        ))}
      </ul>
    </div>
  );
}
