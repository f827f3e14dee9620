import { open } from "node:fs/promises";
import { buildBurst } from "../../src/sandbox/burst.js";

/** Where pushes of one carrier go and what proves them. */
export interface PushTarget {
  readonly connectionId: string;
  readonly secret: string;
}

export interface SignedPushes {
  /** FedEx and UPS by turns. */
  readonly bodies: readonly { readonly connectionId: string; readonly body: Buffer }[];
  readonly averageBytes: number;
}

const SCANS_PER_PARCEL = 10;

/** Distinct pushes with their right proofs, written to `file` as whole HTTP requests, each after its length (uint32, LE). */
export async function writeSignedPushes(
  file: string,
  count: number,
  targets: { readonly fedex: PushTarget; readonly ups: PushTarget },
  endAt: number,
): Promise<SignedPushes> {
  const half = Math.ceil(count / 2);
  const bursts = (["fedex", "ups"] as const).map((carrier) => {
    const { connectionId, secret } = targets[carrier];
    const parcels = Math.ceil(half / SCANS_PER_PARCEL);
    const { pushes } = buildBurst({ carrier, pushes: half, parcels, seed: 1, secret, endAt });
    return pushes.map(({ body, headers }) => ({
      connectionId,
      body,
      request: toRequest(carrier, connectionId, headers, body),
    }));
  });
  const pushes = Array.from({ length: half }, (_, index) => bursts.flatMap((burst) => burst[index] ?? [])).flat();
  const handle = await open(file, "w");
  try {
    for (const { request } of pushes) await handle.write(withLength(request));
  } finally {
    await handle.close();
  }
  const bodies = pushes.map(({ connectionId, body }) => ({ connectionId, body }));
  return { bodies, averageBytes: bodies.reduce((sum, { body }) => sum + body.byteLength, 0) / bodies.length };
}

/** Reads what `writeSignedPushes` wrote, without a copy of any request. */
export function readRequests(bytes: Buffer): Buffer[] {
  const requests: Buffer[] = [];
  for (let at = 0; at < bytes.byteLength; ) {
    const start = at + 4;
    at = start + bytes.readUInt32LE(at);
    requests.push(bytes.subarray(start, at));
  }
  return requests;
}

function toRequest(
  carrier: string,
  connectionId: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Buffer {
  const lines = [
    `POST /hooks/${carrier}/${connectionId} HTTP/1.1`,
    "host: 127.0.0.1",
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${body.byteLength}`,
  ];
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), body]);
}

function withLength(request: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(request.byteLength);
  return Buffer.concat([length, request]);
}
