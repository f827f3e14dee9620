import { expect, it } from "vitest";
import { describeListening, type ListeningFacts, type SubscriptionState } from "./listening.js";

const NOW = Date.parse("2026-03-04T12:00:00Z");
const later = new Date(NOW + 3_600_000);
const longAgo = new Date(NOW - 3 * 3_600_000);
const before = new Date(NOW - 3_600_000);

function facts(state: SubscriptionState | null, more: Partial<ListeningFacts> = {}, reason: string | null = null) {
  const subscribedAt = state === "subscribed" ? before : null;
  const subscription = state === null ? null : { state, subscribedAt, expiresAt: null, reason };
  return { connection: "enabled", subscription, pausedReason: null, pushHeardAt: null, polled: true, ...more } as const;
}
const listening = (...given: Parameters<typeof facts>) =>
  describeListening(facts(...given), { nowMs: NOW, pushSilentAfterMs: 2 * 3_600_000 });

it("is subscribed while what the carrier agreed to runs, whether or not the shipment is polled as well", () => {
  const lasting = { state: "subscribed", reason: null, subscribedAt: before, expiresAt: null, pushHeardAt: null };
  expect(listening("subscribed")).toEqual(lasting);
  expect(listening("subscribed", { polled: false })).toEqual(lasting);
  const subscription = { state: "subscribed", subscribedAt: before, expiresAt: later, reason: null } as const;
  expect(listening("subscribed", { subscription })).toMatchObject({ state: "subscribed", expiresAt: later });
  expect(listening("subscribed", { subscription: { ...subscription, expiresAt: before } })).toMatchObject({
    state: "polling",
    subscribedAt: null,
    expiresAt: null,
  });
});

it("is polling where what was subscribed fell silent, until something is pushed again", () => {
  const subscription = { state: "subscribed", subscribedAt: longAgo, expiresAt: later, reason: null } as const;
  const silent = { state: "polling", subscribedAt: longAgo, expiresAt: later };
  expect(listening("subscribed", { subscription })).toMatchObject(silent);
  expect(listening("subscribed", { subscription, pushHeardAt: longAgo })).toMatchObject(silent);
  expect(listening("subscribed", { subscription, pushHeardAt: before })).toMatchObject({ state: "subscribed" });
  expect(listening("subscribed", { subscription, polled: false })).toMatchObject({ state: "subscribed" });
});

it("is polling, with the reason, until the carrier has agreed", () => {
  expect(listening("waiting", {}, "Acme was away.")).toMatchObject({ state: "polling", reason: "Acme was away." });
  expect(listening("waiting", { pausedReason: "Acme said no." })).toMatchObject({ reason: "Acme said no." });
  expect(listening("polling", {}, "Give the listener id.")).toMatchObject({
    state: "polling",
    reason: "Give the listener id.",
  });
  for (const state of ["waiting", "pending", "ended", null] as const) {
    expect(listening(state)).toMatchObject({ state: "polling", reason: expect.stringMatching(/carrier.*\.$/) });
  }
});

it("has failed with the carrier's reason where it refused", () => {
  expect(listening("failed", {}, "Not your number.")).toMatchObject({ state: "failed", reason: "Not your number." });
});

it("is nobody's where there is no connection, it is switched off, or the shipment has ended", () => {
  expect(listening(null, { connection: "none" }).state).toBe("none");
  expect(listening("subscribed", { connection: "disabled" }).state).toBe("none");
  for (const state of ["ended", "failed", "waiting"] as const)
    expect(listening(state, { polled: false }).state).toBe("none");
});
