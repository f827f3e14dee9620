import { z } from "zod";

const calls = z.int().min(1).max(10_000).default(1);
const refusal = {
  calls,
  code: z.int().min(400).max(599).default(451),
  text: z
    .string()
    .regex(/^[\x20-\x7e]{1,200}$/)
    .optional(),
};

/** What the mail catcher can be told to do wrong, as JSON in the control API. */
export const MailFault = z.discriminatedUnion("kind", [
  /** Answers RCPT TO with a 4yz or 5yz. */
  z.strictObject({ kind: z.literal("refuse_recipient"), ...refusal }),
  /** Answers the final dot with a 4yz or 5yz and keeps nothing. */
  z.strictObject({ kind: z.literal("refuse_data"), ...refusal }),
  /** Cuts the connection after the final dot instead of answering. `kept`: the mail was accepted all the same. */
  z.strictObject({ kind: z.literal("drop_after_dot"), calls, kept: z.boolean().default(true) }),
  /** Answers the final dot late. */
  z.strictObject({ kind: z.literal("slow"), calls, delayMs: z.int().min(1).max(120_000).default(1_000) }),
]);

export type MailFault = z.infer<typeof MailFault>;

export const MAX_MAIL_FAULTS = 100;

/** The faults that wait to happen, first come, first served. */
export interface MailFaults {
  /** @throws RangeError when too many are waiting */
  inject(fault: MailFault): void;
  /** The first waiting fault of one of these kinds, used up by one; null when it may go right. */
  take<Kind extends MailFault["kind"]>(...kinds: readonly Kind[]): Extract<MailFault, { kind: Kind }> | null;
  waiting(): readonly MailFault[];
  clear(): void;
}

export function createMailFaults(): MailFaults {
  let faults: MailFault[] = [];

  return {
    inject(fault) {
      if (faults.length >= MAX_MAIL_FAULTS) throw new RangeError(`At most ${MAX_MAIL_FAULTS} faults can wait.`);
      faults.push(fault);
    },
    take<Kind extends MailFault["kind"]>(...kinds: readonly Kind[]) {
      const isOf = (fault: MailFault): fault is Extract<MailFault, { kind: Kind }> =>
        kinds.some((kind) => kind === fault.kind);
      const fault = faults.find(isOf);
      if (fault === undefined) return null;
      const left = { ...fault, calls: fault.calls - 1 };
      faults = faults.flatMap((waiting) => (waiting !== fault ? [waiting] : left.calls > 0 ? [left] : []));
      return fault;
    },
    waiting: () => faults,
    clear: () => {
      faults = [];
    },
  };
}
