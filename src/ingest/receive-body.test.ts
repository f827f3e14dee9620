import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { createBodyRoom } from "./body-room.js";
import { receiveBody } from "./receive-body.js";

function given(maxBytes: number, roomBytes: number) {
  const payload = new PassThrough();
  const room = createBodyRoom(roomBytes);
  return { payload, room, received: receiveBody(payload, { maxBytes, room }) };
}

/** Lets what was written be read. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

it("gives the bytes as they came, and holds room for what has come and not for what is announced", async () => {
  const { payload, room, received } = given(100, 100);
  payload.write("ab");
  await turn();
  expect(room.freeBytes).toBe(98);
  payload.end("cde");
  const body = await received;
  expect([body?.bytes.toString(), room.freeBytes]).toEqual(["abcde", 95]);
  body?.held.release();
  expect(room.freeBytes).toBe(100);
});

it("gives an empty body as one of no bytes", async () => {
  const { payload, received } = given(100, 100);
  payload.end();
  expect((await received)?.bytes.byteLength).toBe(0);
});

it("refuses a body beyond its limit with 413, and takes no more room for it", async () => {
  const { payload, room, received } = given(4, 100);
  payload.write("abc");
  payload.write("de");
  await expect(received).rejects.toMatchObject({ status: 413, code: "body_too_large" });
  expect(room.freeBytes).toBe(100);
});

it("gives null when there is no room, and still reads the rest away, so that the sender gets to the answer", async () => {
  const { payload, room, received } = given(1_000_000, 3);
  payload.write("abc");
  payload.write("d");
  expect(await received).toBeNull();
  expect(room.freeBytes).toBe(3);
  payload.end("x".repeat(500_000));
  await expect.poll(() => payload.readableEnded).toBe(true);
  expect(room.freeBytes).toBe(3);
});

it("says that a connection broke, whether it says so itself or only closes", async () => {
  for (const error of [new Error("reset"), undefined]) {
    const { payload, room, received } = given(100, 100);
    payload.write("ab");
    await turn();
    payload.destroy(error);
    await expect(received).rejects.toMatchObject({ status: 400, code: "request_invalid" });
    expect(room.freeBytes).toBe(100);
  }
});
