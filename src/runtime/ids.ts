import type { Clock } from "./clock.js";
import { decodeUlid, encodeUlid } from "./ulid.js";

/** Cryptographically random bytes, `count` of them. */
export type RandomBytes = (count: number) => Uint8Array;

/** Makes a new id: `<prefix>_<26 characters>`, sortable by the time it was made. */
export type NewId = (prefix: string) => string;

const PREFIX = /^[a-z]{2,8}$/;
const TIME_MAX_MS = 2 ** 48 - 1;

/**
 * A source of ids that only ever go up, also within one millisecond and when the clock is set back: then the last id
 * is counted up by one. Two processes may make ids in the same millisecond; 80 random bits keep them apart.
 */
export function createIdSource(options: { readonly now: Clock; readonly randomBytes: RandomBytes }): NewId {
  let last = new Uint8Array(16);

  return (prefix) => {
    if (!PREFIX.test(prefix)) throw new RangeError("The prefix of an id is 2 to 8 letters in lower case.");
    const nowMs = options.now();
    if (!Number.isInteger(nowMs) || nowMs < 0 || nowMs > TIME_MAX_MS) throw new RangeError("The clock gave no time.");
    last = nowMs > timeOf(last) ? fresh(nowMs) : next(last);
    return `${prefix}_${encodeUlid(last)}`;
  };

  function fresh(nowMs: number): Uint8Array<ArrayBuffer> {
    const bytes = Buffer.alloc(16);
    bytes.writeUIntBE(nowMs, 0, 6);
    bytes.set(options.randomBytes(10), 6);
    return new Uint8Array(bytes);
  }
}

/** The parts of an id of ours; `createdAt` in ms since the epoch. Null when it is none. */
export function parseId(
  id: string,
): { readonly prefix: string; readonly bytes: Uint8Array; readonly createdAt: number } | null {
  const underscore = id.length <= 40 ? id.indexOf("_") : -1;
  const prefix = id.slice(0, Math.max(underscore, 0));
  const bytes = PREFIX.test(prefix) ? decodeUlid(id.slice(underscore + 1)) : null;
  return bytes === null ? null : { prefix, bytes, createdAt: timeOf(bytes) };
}

function timeOf(bytes: Uint8Array): number {
  return Buffer.from(bytes).readUIntBE(0, 6);
}

/** One more than `bytes` read as a number. The carry may reach the time: a burst then borrows from the next millisecond. */
function next(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const raised = new Uint8Array(bytes);
  for (let position = raised.length - 1; position >= 0; position -= 1) {
    const byte = ((raised[position] ?? 0) + 1) & 0xff;
    raised[position] = byte;
    if (byte !== 0) break;
  }
  return raised;
}
