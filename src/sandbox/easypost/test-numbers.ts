import { CHARLOTTE, NASHVILLE, type Town } from "../towns.js";
import { emptyTracker, iso, type TrackerHead, trackingDetail } from "./tracker.js";

/** What EasyPost's test numbers stand for. Every other number is refused with a test key. */
export const TEST_NUMBERS: Readonly<Record<string, string>> = {
  EZ1000000001: "pre_transit",
  EZ2000000002: "in_transit",
  EZ3000000003: "out_for_delivery",
  EZ4000000004: "delivered",
  EZ5000000005: "return_to_sender",
  EZ6000000006: "failure",
  EZ7000000007: "unknown",
};

interface TestDetail {
  readonly status: string;
  readonly detail: string;
  readonly message: string;
  readonly hoursAgo: number;
  readonly where: Town | null;
}

const LABEL: TestDetail = {
  status: "pre_transit",
  detail: "status_update",
  message: "Shipping Label Created",
  hoursAgo: 72,
  where: null,
};
const ACCEPTED: TestDetail = {
  status: "in_transit",
  detail: "received_at_origin_facility",
  message: "Accepted at USPS Origin Facility",
  hoursAgo: 60,
  where: NASHVILLE,
};
const OUT: TestDetail = {
  status: "out_for_delivery",
  detail: "out_for_delivery",
  message: "Out for Delivery",
  hoursAgo: 6,
  where: CHARLOTTE,
};

const last = (status: string, detail: string, message: string): TestDetail => ({
  status,
  detail,
  message,
  hoursAgo: 1,
  where: CHARLOTTE,
});

const DETAILS: Readonly<Record<string, readonly TestDetail[]>> = {
  pre_transit: [LABEL],
  in_transit: [LABEL, ACCEPTED],
  out_for_delivery: [LABEL, ACCEPTED, OUT],
  delivered: [LABEL, ACCEPTED, OUT, last("delivered", "arrived_at_destination", "Delivered")],
  return_to_sender: [LABEL, ACCEPTED, last("return_to_sender", "return", "Return to Sender")],
  failure: [LABEL, ACCEPTED, last("failure", "failure", "Undeliverable as Addressed")],
  unknown: [],
};

/** The tracker of a test number: in its state from the start, and final. */
export function testTracker(head: TrackerHead): Record<string, unknown> {
  const status = TEST_NUMBERS[head.trackingCode] ?? "unknown";
  const details = DETAILS[status] ?? [];
  return {
    ...emptyTracker(head),
    status,
    status_detail: details.at(-1)?.detail ?? "unknown",
    signed_by: status === "delivered" ? "John Tester" : null,
    est_delivery_date: iso(head.createdAt),
    tracking_details: details.map((one) =>
      trackingDetail({ ...one, code: null }, head.createdAt - one.hoursAgo * 3_600_000, head.carrier, one.where),
    ),
    finalized: true,
  };
}
