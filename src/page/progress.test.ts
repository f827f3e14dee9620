import { expect, test } from "vitest";
import { type SubStatus, subStatusRow } from "../domain/status.js";
import { progressSteps } from "./progress.js";
import { maskPostalCode } from "./view-model.js";

function told(subStatus: SubStatus, furthestStage: number): string {
  return progressSteps({ status: subStatusRow(subStatus).status, subStatus, furthestStage })
    .map(({ label, state }) => `${label.slice("step".length)} ${state}`)
    .join(", ");
}

test("an order without parcels stands at its first step", () => {
  expect(progressSteps(null).map(({ state }) => state)).toEqual(["now", "ahead", "ahead", "ahead", "ahead"]);
});

test("before the first scan it is not called shipped", () => {
  expect(told("label_created", 1)).toBe(
    "Confirmed done, Label now, InTransit ahead, OutForDelivery ahead, Delivered ahead",
  );
  expect(told("moving", 2)).toBe("Confirmed done, Shipped done, InTransit now, OutForDelivery ahead, Delivered ahead");
});

test("trouble keeps the place it was reached at", () => {
  expect(told("delayed", 2)).toBe(
    "Confirmed done, Shipped done, InTransit attention, OutForDelivery ahead, Delivered ahead",
  );
  expect(told("delivery_attempted", 3)).toBe(
    "Confirmed done, Shipped done, InTransit done, DeliveryTried attention, Delivered ahead",
  );
});

test("a pickup and a return branch off", () => {
  expect(told("available_for_pickup", 3)).toMatch(/ReadyToCollect now, Collected ahead$/);
  expect(told("collected", 4)).toMatch(/ReadyToCollect done, Collected now$/);
  expect(told("returning_to_sender", 3)).toMatch(/ComingBack attention, Returned ahead$/);
  expect(told("returned_to_sender", 3)).toMatch(/ComingBack done, Returned now$/);
});

test.each([
  ["97205", "97"],
  ["SW1A 1AA", "SW1"],
  ["1010", "10"],
  ["7", null],
  [null, null],
])("the postcode %j is shown as %j", (postalCode, shown) => {
  expect(maskPostalCode(postalCode)).toBe(shown);
});
