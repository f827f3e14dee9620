import type { Readable } from "node:stream";
import { Problem } from "../runtime/problem.js";
import type { BodyRoom, HeldRoom } from "./body-room.js";

/** A body as its bytes, and the room that it takes until somebody gives it back. */
export interface ReceivedBody {
  readonly bytes: Buffer;
  readonly held: HeldRoom;
}

/**
 * Reads a request's body into memory that is counted as it comes: what is announced and not sent takes no room from others. Null when
 * there is no room left. What is refused is still read to its end, but kept nowhere: a sender whose connection breaks while it
 * sends would never learn of the answer.
 * @throws Problem 413 beyond `maxBytes`, 400 when the connection breaks
 */
export function receiveBody(
  payload: Readable,
  { maxBytes, room }: { readonly maxBytes: number; readonly room: BodyRoom },
): Promise<ReceivedBody | null> {
  const held = room.hold();
  let chunks: Buffer[] = [];
  let byteLength = 0;
  return new Promise((resolve, reject) => {
    payload.on("data", take);
    payload.on("end", () => resolve({ bytes: Buffer.concat(chunks), held }));
    payload.on("error", breakOff);
    payload.on("close", () => {
      if (!payload.readableEnded) breakOff();
    });

    function take(chunk: Buffer): void {
      byteLength += chunk.byteLength;
      if (byteLength > maxBytes) {
        reject(new Problem(413, "body_too_large", "The body is larger than this address accepts."));
        letGo();
      } else if (held.grow(chunk.byteLength)) {
        chunks.push(chunk);
      } else {
        resolve(null);
        letGo();
      }
    }

    function breakOff(): void {
      reject(new Problem(400, "request_invalid", "The connection broke before the body was complete."));
      letGo();
    }

    function letGo(): void {
      payload.off("data", take);
      payload.resume();
      held.release();
      chunks = [];
    }
  });
}
