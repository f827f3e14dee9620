import type { JSX } from "preact";
import type { Sentences } from "../domain/sentences/sentences-for.js";
import { Icon } from "./icons.js";
import type { ProgressStep } from "./progress.js";

/** The progress line: an ordered list whose words and icons say what its colours say. */
export function ProgressLine({
  steps,
  sentences,
}: {
  readonly steps: readonly ProgressStep[];
  readonly sentences: Sentences;
}): JSX.Element {
  return (
    <ol class="steps" aria-label={sentences.phrase("progress", {})}>
      {steps.map(({ label, icon, state }) => (
        <li class={`step ${state}`} aria-current={state === "now" || state === "attention" ? "step" : undefined}>
          <span class="node">
            <Icon name={state === "done" ? "check" : icon} size={18} />
          </span>
          <span class="step-label">
            {sentences.phrase(label, {})}
            <span class="unseen"> ({sentences.phrase(STATE_PHRASES[state], {})})</span>
          </span>
        </li>
      ))}
    </ol>
  );
}

const STATE_PHRASES = { done: "stepDone", now: "stepNow", attention: "stepAttention", ahead: "stepAhead" } as const;
