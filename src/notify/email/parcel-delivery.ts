import { tellableEdd } from "../../domain/sentences/tellable-edd.js";
import type { EmailDestinationView, EmailParcelView, EmailView } from "./email-view.js";
import { shownItems } from "./shown-items.js";

/**
 * The parcels of a mail as schema.org `ParcelDelivery`, for mail programs that show a card
 * (developers.google.com/workspace/gmail/markup). JSON that is safe inside a `script` element; empty without parcels.
 * Dates stay dates: no zone is made up for them.
 */
export function parcelDeliveryJson(view: EmailView): string {
  if (view.parcels.length === 0) return "";
  const parcels = view.parcels.slice(0, MAX_PARCELS).map((parcel) => parcelDelivery(parcel, view));
  return JSON.stringify(parcels.length === 1 ? parcels[0] : parcels).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const MAX_PARCELS = 10;

function parcelDelivery(parcel: EmailParcelView, { brand, orderNumber, trackingUrl, destination }: EmailView) {
  const edd = tellableEdd({ ...parcel, today: null });
  return {
    "@context": "https://schema.org",
    "@type": "ParcelDelivery",
    carrier: { "@type": "Organization", name: parcel.carrierName },
    trackingNumber: parcel.trackingNumber,
    trackingUrl,
    ...(destination !== null && { deliveryAddress: postalAddress(destination) }),
    ...(edd !== null && { expectedArrivalFrom: edd.from, expectedArrivalUntil: edd.to }),
    itemShipped: shownItems(parcel.items).shown.map(({ title }) => ({ "@type": "Product", name: title })),
    partOfOrder: {
      "@type": "Order",
      orderNumber,
      merchant: { "@type": "Organization", name: brand.name },
    },
  };
}

function postalAddress({ city, region, country }: EmailDestinationView) {
  return {
    "@type": "PostalAddress",
    ...(city !== null && { addressLocality: city }),
    ...(region !== null && { addressRegion: region }),
    ...(country !== null && { addressCountry: country }),
  };
}
