import { z } from "zod";
import { MAX_WRITTEN_LENGTH, TRACKING_NUMBER, tidyTrackingNumber } from "../domain/tracking-number.js";

/** The most shipments and line items one order may have. */
export const MAX_SHIPMENTS_PER_ORDER = 100;
const MAX_LINE_ITEMS = 500;

const text = (maxLength: number) => z.string().trim().min(1).max(maxLength);
/** A year has four digits here; the database knows no year 0. */
const day = z.iso.date().regex(/^(?!0000)/, "must be a date of our era");

/** No line breaks or other control characters: these texts end up in headers and subjects. No halves of characters either. */
const line = (maxLength: number) => text(maxLength).regex(/^[^\p{Cc}\p{Cs}]*$/u, "must be a single line of text");

const address = z
  .object({
    name: line(200).optional(),
    lines: z.array(line(200)).max(5).optional(),
    city: line(100).optional(),
    region: line(100).optional(),
    postalCode: line(20).optional(),
    country: z
      .string()
      .trim()
      .toUpperCase()
      .regex(/^[A-Z]{2}$/, "must be an ISO 3166-1 alpha-2 code, such as US")
      .optional(),
  })
  .strict();

const customer = z
  .object({
    externalId: line(200).optional().describe("The store's own id of the customer."),
    name: line(200).optional(),
    email: z.email().max(254).optional(),
    phone: z
      .string()
      .trim()
      .regex(/^\+[1-9]\d{6,14}$/, "must be in E.164 form, such as +14155550123")
      .optional(),
    language: z
      .string()
      .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)
      .max(35)
      .optional(),
  })
  .strict();

const lineItem = z
  .object({
    sku: line(100).optional(),
    title: line(300),
    quantity: z.int().min(1).max(100_000),
    imageUrl: z
      .url({ protocol: /^https$/ })
      .max(2000)
      .optional(),
  })
  .strict();

const items = z
  .array(
    z
      .object({ position: z.int().min(0).describe("Index into the order's line items."), quantity: z.int().min(1) })
      .strict(),
  )
  .max(MAX_LINE_ITEMS);

/** A tracking number as carriers print it: blanks and dashes are dropped, letters become upper case. */
export const trackingNumber = z
  .string()
  .max(MAX_WRITTEN_LENGTH)
  .transform(tidyTrackingNumber)
  .pipe(z.string().regex(TRACKING_NUMBER, "must be 5 to 40 letters and digits"));

const carrier = z.string().regex(/^[a-z0-9-]{2,30}$/);

/** A shipment to register under an order. */
export const newShipment = z
  .object({
    carrier: carrier
      .optional()
      .describe("Default: the only carrier whose format the number has, or the only one whose check digit is right."),
    underlyingCarrier: z
      .string()
      .regex(/^[a-z0-9_-]{2,40}$/)
      .optional()
      .describe(
        "Who carries it, where `carrier` is an aggregator; `canada_post`, for example. Default: what the aggregator says.",
      ),
    trackingNumber,
    serviceLevel: line(100).optional(),
    direction: z.enum(["outbound", "return"]).default("outbound"),
    shipDate: day.optional().describe("The day the carrier gets it. Tells apart the uses of a recycled number."),
    items: items.optional(),
  })
  .strict();

/** An order to take in. It needs no shipment: a confirmed order has a page and a message before any label exists. */
export const newOrder = z
  .object({
    number: line(100).describe("The number the customer knows."),
    placedAt: z.iso
      .datetime({ offset: true })
      .regex(/^(?!0000)/, "must be a time of our era")
      .optional()
      .describe("Default: now."),
    customer: customer.optional(),
    lineItems: z.array(lineItem).max(MAX_LINE_ITEMS).default([]),
    destination: address.optional(),
    promised: z
      .object({ from: day, to: day })
      .strict()
      .refine(({ from, to }) => from <= to, "from must not be after to")
      .optional(),
    silent: z.boolean().default(false).describe("Imported history: shown and logged, never announced."),
    shipments: z.array(newShipment).max(MAX_SHIPMENTS_PER_ORDER).default([]),
  })
  .strict();

/** What may be changed on a shipment: it is void, its number was wrong, or its carrier was. */
export const shipmentChange = z
  .union([
    z.object({ void: z.literal(true) }).strict(),
    z
      .object({
        replaceWith: newShipment.pick({ trackingNumber: true, serviceLevel: true, shipDate: true }).extend({ carrier }),
      })
      .strict(),
    z.object({ carrier }).strict(),
  ])
  .describe(
    "One of `void`, `replaceWith` (another number) and `carrier` (the same number is another carrier's). What the wrong number or carrier said leaves the timeline.",
  );

export type NewOrder = z.output<typeof newOrder>;
export type NewShipment = z.output<typeof newShipment>;
export type ShipmentChange = z.output<typeof shipmentChange>;
