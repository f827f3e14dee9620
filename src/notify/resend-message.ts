import { Problem } from "../runtime/problem.js";
import { writeAudit } from "../store/audit-log.js";
import type { Queryable } from "../store/database.js";
import { addJobs } from "../store/jobs.js";
import { findMessageState } from "../store/message-events.js";
import { moveMessage } from "../store/messages.js";

/**
 * Queues a message again that failed, or of which nobody knows whether it left. It keeps its id and so its Message-ID:
 * should both arrive, a mail program may show them as one. Somebody decided that; the audit log says who.
 * @throws Problem 404 `message_unknown`, 409 `message_not_resendable`
 */
export async function requestResend(tx: Queryable, messageId: string, actor: string): Promise<void> {
  const message = await findMessageState(tx, messageId);
  if (message === null) {
    throw new Problem(404, "message_unknown", `There is no message ${messageId.slice(0, 40)}. Check its id (msg_…).`);
  }
  const { state, orderId, storeId } = message;
  const isResendable = state === "unknown" || state === "failed";
  const moved =
    isResendable &&
    (await moveMessage(tx, messageId, state, { state: "queued", reason: null, kind: "resend_requested" }));
  if (!moved) {
    const sentence = `Only a message that failed or is unknown can be sent again; this one is ${state}.`;
    throw new Problem(409, "message_not_resendable", sentence);
  }
  await writeAudit(tx, { storeId, actor, action: "message.resend_requested", subject: messageId });
  await addJobs(tx, [{ task: "notify", key: `notify:${orderId}`, payload: { orderId } }]);
}
