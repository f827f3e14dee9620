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
    const { inserts, push } = given({ maxWaiting: 2, maxWaitingBytes: 5 });
    const inFlight = push("a");
    await turn();
    const waiting = push("bbbb");
    await expect(push("cc")).rejects.toBeInstanceOf(IntakeFullError);
    const another = push("c");
    await expect(push("")).rejects.toMatchObject({ retryAfterSeconds: 2 });
    inserts[0]?.finish();
    await inFlight;
    await turn();
    const later = push("ddddd");
    inserts[1]?.finish();
    await Promise.all([waiting, another]);
    await turn();
    inserts[2]?.finish();
    expect(await later).toBe("stored");
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
