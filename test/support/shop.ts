import type { PlacedOrder } from "./steady-trade.js";

/** Places orders over the API, each with one FedEx parcel. @throws when the API does not take one */
export function createShop(
  apiUrl: () => string | null,
  apiKey: string,
): (trackingNumber: string) => Promise<PlacedOrder> {
  return async (trackingNumber) => {
    const answer = await fetch(`${apiUrl()}/v1/orders`, {
      method: "POST",
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({
        number: trackingNumber,
        customer: { name: "Ada", email: `${trackingNumber}@customers.example` },
        shipments: [{ carrier: "fedex", trackingNumber }],
      }),
    });
    if (answer.status !== 201) throw new Error(`The order was not taken: ${answer.status} ${await answer.text()}`);
    const { id, trackingUrl } = (await answer.json()) as { id: string; trackingUrl: string };
    return { id, trackingNumber, page: new URL(trackingUrl).pathname };
  };
}
