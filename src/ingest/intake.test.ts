import { describe, expect, it } from "vitest";
import type { NewCarrierMessage } from "../store/carrier-messages.js";
import { createIntake, IntakeFullError, type IntakeOptions } from "./intake.js";

/** A store whose inserts end when the test says so. */
function heldStore() {
  const inserts: { readonly bodies: string[]; finish(outcome?: Error | "known"): void }[] = [];
  return {
    inserts,
    store: (messages: readonly NewCarrierMessage[]) =>
      new Promise<Set<string>>((resolve, reject) => {
        inserts.push({
          bodies: messages.map(({ body }) => body.toString()),
          finish: (outcome) => {
            if (outcome instanceof Error) reject(outcome);
            else resolve(new Set(outcome === "known" ? [] : messages.map(({ id }) => id)));
          },
        });
      }),
  };
}

function given(overrides: Partial<IntakeOptions> = {}) {
  const held = heldStore();
  let serial = 0;
  const intake = createIntake({
    store: held.store,
    newId: (prefix) => `${prefix}_${(serial += 1)}`,
    now: () => Date.parse("2026-02-28T23:59:59.999Z"),
    maxBatch: 100,
    maxWaiting: 100,
    maxWaitingBytes: 1000,
    ...overrides,
  });
  return {
    ...held,
    intake,
    push: (text: string) => intake.record({ connectionId: "con_1", source: "push", body: Buffer.from(text) }),
  };
}

/** Lets everything go on that waits for nothing but its turn. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("the intake", () => {
  it("stores what arrives in one turn together, and what arrives during an insert in the next", async () => {
    const { intake, inserts, push } = given();
    const first = [push("a"), push("b")];
    await turn();
    const second = [push("c"), push("d"), push("e")];
    await turn();
    expect(inserts.map(({ bodies }) => bodies)).toEqual([["a", "b"]]);
    expect(intake.waiting()).toBe(3);
    inserts[0]?.finish();
    expect(await Promise.all(first)).toEqual(["stored", "stored"]);
    await turn();
    expect(inserts.map(({ bodies }) => bodies)).toEqual([
      ["a", "b"],
      ["c", "d", "e"],
    ]);
    inserts[1]?.finish();
    expect(await Promise.all(second)).toEqual(["stored", "stored", "stored"]);
  });

  it("acknowledges nothing before its insert is done", async () => {
    const { inserts, push } = given();
    let acknowledged = false;
    const receipt = push("a").then(() => (acknowledged = true));
    await turn();
    expect(acknowledged).toBe(false);
    inserts[0]?.finish();
    await receipt;
    expect(acknowledged).toBe(true);
  });

  it("makes no insert larger than its bound", async () => {
    const { inserts, push } = given({ maxBatch: 2 });
    const receipts = ["a", "b", "c"].map(push);
    await turn();
    inserts[0]?.finish();
    await turn();
    inserts[1]?.finish();
    await Promise.all(receipts);
    expect(inserts.map(({ bodies }) => bodies)).toEqual([["a", "b"], ["c"]]);
  });

  it("refuses at once what is over its count or its bytes, and takes again when there is room", async () => {
    const { intake, inserts, push } = given({ maxWaiting: 3, maxWaitingBytes: 6 });
    const inFlight = push("a");
    await turn();
    const waiting = push("bbbb");
    expect([intake.hasRoomFor(1), intake.hasRoomFor(2)]).toEqual([true, false]);
    await expect(push("cc")).rejects.toBeInstanceOf(IntakeFullError);
    const another = push("c");
    expect(intake.hasRoomFor(0)).toBe(false);
    await expect(push("")).rejects.toMatchObject({ retryAfterSeconds: 2 });
    // What is in an insert takes room until the insert is done.
    inserts[0]?.finish();
    await inFlight;
    await turn();
    expect([intake.hasRoomFor(1), intake.hasRoomFor(2)]).toEqual([true, false]);
    inserts[1]?.finish();
    await Promise.all([waiting, another]);
    await turn();
    const later = push("dddddd");
    await turn();
    inserts[2]?.finish();
    expect(await later).toBe("stored");
  });

  it("counts what is being read, and has it back whatever becomes of it", async () => {
    const { intake, inserts } = given({ maxWaitingBytes: 6 });
    const [read, cutOff] = [intake.room.hold(), intake.room.hold()];
    expect([read.grow(2), read.grow(2), cutOff.grow(3), cutOff.grow(2)]).toEqual([true, true, false, true]);
    expect(intake.hasRoomFor(1)).toBe(false);
    cutOff.release();
    cutOff.release();
    expect(intake.room.freeBytes).toBe(2);
    const incoming = { connectionId: "con_1", source: "push", body: Buffer.from("abcd") } as const;
    const receipt = intake.record(incoming, read).catch((error: Error) => error.message);
    // It is the intake's now.
    read.release();
    await turn();
    expect(intake.room.freeBytes).toBe(2);
    inserts[0]?.finish(new Error("disk full"));
    expect(await receipt).toBe("disk full");
    await turn();
    expect(intake.room.freeBytes).toBe(6);
  });

  it("makes no insert of more bytes than its bound, unless one body has more alone", async () => {
    const mib = 1024 * 1024;
    const { inserts, push } = given({ maxWaitingBytes: 100 * mib });
    const receipts = [2, 2, 1, 5, 1].map((size) => push("x".repeat(size * mib)));
    for (let done = 0; done < 4; done += 1) {
      await turn();
      inserts[done]?.finish();
    }
    await Promise.all(receipts);
    expect(inserts.map(({ bodies }) => bodies.map((body) => body.length / mib))).toEqual([[2, 2], [1], [5], [1]]);
  });

  it("fails exactly the batch whose insert failed", async () => {
    const { intake, inserts, push } = given();
    const failing = [push("a"), push("b")].map((receipt) => receipt.catch((error: Error) => error.message));
    await turn();
    const next = push("c");
    inserts[0]?.finish(new Error("disk full"));
    expect(await Promise.all(failing)).toEqual(["disk full", "disk full"]);
    await turn();
    inserts[1]?.finish();
    expect(await next).toBe("stored");
    await intake.drain();
    const after = push("d");
    await turn();
    inserts[2]?.finish();
    expect(await after).toBe("stored");
  });

  it("says of a body that was known already that it is a duplicate", async () => {
    const { inserts, push } = given();
    const receipt = push("a");
    await turn();
    inserts[0]?.finish("known");
    expect(await receipt).toBe("duplicate");
  });

  it("drains only when nothing waits and nothing is in flight", async () => {
    const { intake, inserts, push } = given({ maxBatch: 1 });
    await intake.drain();
    const receipts = [push("a"), push("b")];
    let drained = false;
    const draining = intake.drain().then(() => (drained = true));
    await turn();
    inserts[0]?.finish();
    await turn();
    expect(drained).toBe(false);
    inserts[1]?.finish();
    await draining;
    expect(await Promise.all(receipts)).toEqual(["stored", "stored"]);
  });

  it("tells the same answer to another question apart, and names the month in which it came", async () => {
    const stored: NewCarrierMessage[] = [];
    const { intake } = given({ store: async (messages) => (stored.push(...messages), new Set<string>()) });
    const body = Buffer.from("not found");
    await intake.record({ connectionId: "con_1", source: "poll", body, askedNumbers: ["A1"] });
    await intake.record({ connectionId: "con_1", source: "poll", body, askedNumbers: ["A2"] });
    await intake.record({ connectionId: "con_1", source: "poll", body, askedNumbers: ["A1"] });
    const hashes = stored.map(({ bodyHash }) => bodyHash.toString("hex"));
    expect(hashes[0]).toBe(hashes[2]);
    expect(hashes[0]).not.toBe(hashes[1]);
    expect(stored[0]).toMatchObject({ receivedMonth: "2026-02-01", askedNumbers: '["A1"]' });
  });
});
