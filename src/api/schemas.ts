import { z } from "zod";
import { STATUSES, SUB_STATUSES, type SubStatus } from "../domain/status.js";

const subStatuses = Object.keys(SUB_STATUSES) as [SubStatus, ...SubStatus[]];
const instant = z.iso.datetime();
const day = z.iso.date();

export const statusSchema = z.enum(STATUSES);
const subStatusSchema = z.enum(subStatuses);

const place = z
  .object({
    city: z.string().nullable(),
    region: z.string().nullable(),
    country: z.string().nullable(),
    postalCode: z.string().nullable(),
    facilityCode: z.string().nullable(),
  })
  .nullable();

const edd = z
  .object({
    from: day,
    to: day,
    windowFrom: z.string().nullable().describe("HH:mm at the destination."),
    windowTo: z.string().nullable(),
    source: z.enum(["carrier", "predicted", "promised"]),
  })
  .nullable()
  .describe("Estimated delivery date or window, and who says so.");

export const eventSchema = z.object({
  occurredAt: instant.nullable().describe("UTC; null when the instant cannot be known."),
  localTime: z.string().nullable().describe("The wall clock as the carrier printed it."),
  utcOffset: z.string().nullable(),
  zone: z.enum(["offset", "place", "unknown"]).describe("How the instant is known."),
  precision: z.enum(["second", "minute", "day"]),
  status: statusSchema.nullable(),
  subStatus: subStatusSchema.nullable(),
  carrier: z.string().describe("Who said it: the carrier, a partner that carries it on, or an aggregator."),
  carrierCode: z.string(),
  carrierText: z.string(),
  place,
});

const transitionSchema = z.object({
  status: statusSchema,
  subStatus: subStatusSchema,
  occurredAt: instant.nullable(),
  learnedAt: instant,
  announced: z.boolean().describe("Whether it was news when we learned it."),
});

const listeningSchema = z
  .object({
    state: z
      .enum(["subscribed", "polling", "failed", "none"])
      .describe(
        "`subscribed`: the carrier pushes this number, and is asked now and then. `polling`: the carrier is asked, also where what was subscribed fell silent. `failed`: the carrier refused to push this number, so it is asked. `none`: nobody listens.",
      ),
    reason: z.string().nullable().describe("One sentence; null when it is subscribed."),
    subscribedAt: instant.nullable().describe("When the carrier last agreed to push it."),
    expiresAt: instant.nullable().describe("Until when, unless it is renewed; null when it lasts."),
    lastPushAt: instant
      .nullable()
      .describe("When the carrier last pushed anything through the store's connection, to the minute."),
  })
  .describe("How Waybill hears of the shipment.");

export const shipmentSchema = z.object({
  id: z.string(),
  orderId: z.string().nullable(),
  carrier: z.string(),
  underlyingCarrier: z
    .string()
    .nullable()
    .describe("Who carries it, where `carrier` is an aggregator and that is known."),
  trackingNumber: z.string(),
  carrierTrackingUrl: z.string().nullable(),
  legs: z
    .array(
      z.object({
        carrier: z.string(),
        trackingNumber: z.string(),
        relation: z
          .enum(["next_leg", "return", "reroute"])
          .describe("`next_leg`: a partner carries it on. `return`: it comes back. `reroute`: it got a new label."),
      }),
    )
    .describe("Numbers that the carrier says the parcel goes on under. Their scans are on this shipment's timeline."),
  direction: z.enum(["outbound", "return"]),
  serviceLevel: z.string().nullable(),
  shipDate: day.nullable(),
  status: statusSchema,
  subStatus: subStatusSchema,
  statusSince: instant.nullable(),
  edd,
  listening: listeningSchema,
  notice: z.string().nullable().describe("What the carrier said last time it could tell nothing of this number."),
  items: z.array(z.object({ position: z.number(), quantity: z.number() })),
  voidedAt: instant.nullable(),
  replacedBy: z.string().nullable(),
  createdAt: instant,
});

export const shipmentWithTimelineSchema = shipmentSchema.extend({
  timeline: z.array(eventSchema).describe("Newest first."),
  transitions: z.array(transitionSchema).describe("What was news, oldest first."),
});

const orderFields = z.object({
  id: z.string(),
  number: z.string(),
  status: statusSchema,
  placedAt: instant,
  promised: z.object({ from: day, to: day }).nullable(),
  customer: z
    .object({ name: z.string().nullable(), email: z.string().nullable(), phone: z.string().nullable() })
    .nullable(),
  destination: z
    .object({
      name: z.string().nullable(),
      lines: z.array(z.string()),
      city: z.string().nullable(),
      region: z.string().nullable(),
      postalCode: z.string().nullable(),
      country: z.string().nullable(),
    })
    .nullable(),
  lineItems: z.array(
    z.object({
      position: z.number(),
      sku: z.string().nullable(),
      title: z.string(),
      quantity: z.number(),
      imageUrl: z.string().nullable(),
    }),
  ),
  silent: z.boolean(),
  trackingUrl: z.string().describe("The customer's page. Whoever has this link sees the order."),
  closedAt: instant.nullable(),
  createdAt: instant,
});

export const orderSchema = orderFields.extend({ shipments: z.array(shipmentSchema) });
export const orderWithTimelinesSchema = orderFields.extend({ shipments: z.array(shipmentWithTimelineSchema) });

export const detectedCarriersSchema = z.object({
  trackingNumber: z.string().describe("Without blanks and dashes, in capitals."),
  candidates: z
    .array(
      z.object({
        carrier: z.string(),
        format: z.string().describe("The carrier's format that fits best."),
        certainty: z
          .enum(["check_digit", "pattern"])
          .describe("`check_digit`: it is right. `pattern`: the format has none, so that the shape is all there is."),
      }),
    )
    .describe("The likeliest first, each carrier once. Empty where no format fits."),
});

/** A page of a list: `nextCursor` is null on the last one. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    code: z.string(),
    detail: z.string(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .describe("RFC 9457");

export type OrderJson = z.input<typeof orderSchema>;
export type OrderWithTimelinesJson = z.input<typeof orderWithTimelinesSchema>;
export type ShipmentJson = z.input<typeof shipmentSchema>;
export type ShipmentWithTimelineJson = z.input<typeof shipmentWithTimelineSchema>;
