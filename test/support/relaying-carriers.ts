import type { Carrier } from "../../src/connectors/carriers/contract.js";
import type { Report, Tracking } from "../../src/domain/report.js";

/** A carrier whose bodies are reports as JSON: what it says is up to the test. */
export function sayingCarrier(code: string, more: Partial<Carrier> = {}): Carrier {
  const parse = (body: Uint8Array) => JSON.parse(Buffer.from(body).toString("utf8")) as Report;
  return {
    code,
    name: code.toUpperCase(),
    numberFormats: [],
    statusCodes: [],
    credentials: [],
    poll: {
      batchSize: 10,
      maxBytes: 100_000,
      budget: { perSecond: 10, perHour: null, perDay: null },
      fetch: () => Promise.resolve(new Uint8Array()),
      parse,
    },
    push: { maxBytes: 100_000, verify: () => true, parse },
    ...more,
  };
}

/** A body of `sayingCarrier` about one number. */
export function bodySaying(carrier: string, trackingNumber: string, more: Partial<Tracking> = {}): Buffer {
  const tracking: Tracking = {
    carrier,
    trackingNumber,
    carrierUniqueId: null,
    serviceLevel: null,
    shipDate: null,
    origin: null,
    destination: null,
    scans: [],
    edd: null,
    proof: null,
    linkedNumbers: [],
    ...more,
  };
  return Buffer.from(JSON.stringify({ trackings: [tracking], notices: [] } satisfies Report));
}
