import type { EmailParcelView, EmailView } from "../../src/notify/email/email-view.js";
import { PAGE_STATES } from "./page-states.js";

/** Mails for the same states as the pages. */
export const EMAIL_STATES: Readonly<Record<string, EmailView>> = Object.fromEntries(
  Object.entries(PAGE_STATES).map(([name, { brand, locale, order, parcels }]) => [
    name,
    {
      brand,
      locale,
      orderNumber: order.number,
      trackingUrl: "https://track.fernandfinch.example/t/AbCdEfGhIjKlMnOpQrStUv",
      parcels: parcels.map((parcel): EmailParcelView => ({ ...parcel, status: parcel.status ?? "label_created" })),
      items: order.unshippedItems,
      promised: order.promised,
      destination: order.destination,
    },
  ]),
);
