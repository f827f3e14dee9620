import { parseId } from "./ids.js";
import { decrypt, encrypt, type KeyRing, keyById } from "./sealing.js";
import { encodeUlid } from "./ulid.js";

/** What a sealed tracking link says. Whether it is still good (epoch, age) is for the reader to decide. */
export interface TrackingLink {
  /** The store's small public number, the only part that is not encrypted. */
  readonly storeRef: number;
  readonly orderId: string;
  /** The order's link epoch when the link was made, 0..65,535. A higher epoch of the order makes the link worthless. */
  readonly epoch: number;
  /** Whole days since 1970-01-01 in UTC, 0..65,535. */
  readonly issuedDay: number;
}

/*
 * version (1) | key id (4) | store (4) | nonce (12) | order id (16), epoch (2), day (2), encrypted | tag (16)
 * 57 bytes, hence exactly 76 base64url characters without spare bits: a link has one spelling. The first 9 bytes are
 * associated data, so a link cannot be moved to another store.
 */
const VERSION = 1;
const HEADER_BYTES = 9;
const CONTENT_BYTES = 20;
const TOKEN = /^[A-Za-z0-9_-]{76}$/;
const ORDER_PREFIX = "ord";

/**
 * Seals the token of `/t/<token>`, 76 characters. `ring` is the one derived for `links`.
 * @throws RangeError when the order id is none of ours or a number does not fit
 */
export function sealTrackingLink(ring: KeyRing, link: TrackingLink): string {
  const order = parseId(link.orderId);
  if (order === null || order.prefix !== ORDER_PREFIX)
    throw new RangeError("A tracking link needs the id of an order.");
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(VERSION, 0);
  header.write(ring.current.id, 1, "hex");
  header.writeUInt32BE(link.storeRef, 5);
  const content = Buffer.alloc(CONTENT_BYTES);
  content.set(order.bytes, 0);
  content.writeUInt16BE(link.epoch, 16);
  content.writeUInt16BE(link.issuedDay, 18);
  return Buffer.concat([header, encrypt(ring.current.key, content, header)]).toString("base64url");
}

/** Opens a token; null for whatever is not a link sealed under a key of this ring. Never throws. */
export function openTrackingLink(ring: KeyRing, token: string): TrackingLink | null {
  if (!TOKEN.test(token)) return null;
  const bytes = Buffer.from(token, "base64url");
  const header = bytes.subarray(0, HEADER_BYTES);
  const key = header[0] === VERSION ? keyById(ring, header.subarray(1, 5).toString("hex")) : null;
  const content = key === null ? null : decrypt(key.key, bytes.subarray(HEADER_BYTES), header);
  if (content === null) return null;
  return {
    storeRef: header.readUInt32BE(5),
    orderId: `${ORDER_PREFIX}_${encodeUlid(content.subarray(0, 16))}`,
    epoch: content.readUInt16BE(16),
    issuedDay: content.readUInt16BE(18),
  };
}
