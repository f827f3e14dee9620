// The load tool in a process of its own: autocannon, which sends each prepared request once.
import { readFileSync } from "node:fs";
import autocannon from "autocannon";
import { quantile } from "../support/quantiles.js";
import { readRequests } from "./signed-pushes.js";

/** Sent to this process for one run. */
export interface LoadOrder {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
}

/** Its answer. Only answers with status 2xx are answered requests. */
export interface LoadResult {
  readonly answered: number;
  readonly failed: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuSeconds: number;
}

const requests = readRequests(readFileSync(process.argv[2] ?? ""));

process.on("message", (order: LoadOrder) => {
  void run(order).then((result) => process.send?.(result));
});
process.send?.("ready");

async function run({ url, connections, seconds }: LoadOrder): Promise<LoadResult> {
  let next = 0;
  const durationsMs: number[] = [];
  const cpuBefore = process.cpuUsage();
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    sampleInt: 100,
    setupClient(client) {
      // In place of building a request from its parts each time: that would cost the generator more than the server spends on it.
      Object.assign(client, {
        getRequestBuffer() {
          const request = requests[next];
          next += 1;
          if (request === undefined) throw new Error(`The ${requests.length} prepared pushes are used up.`);
          return request;
        },
      });
      client.on("response", (_status, _bytes, durationMs) => durationsMs.push(durationMs));
    },
  });
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    answered: result["2xx"],
    failed: result.non2xx + result.errors + result.timeouts,
    seconds: result.duration,
    p50Ms: quantile(durationsMs, 0.5),
    p99Ms: quantile(durationsMs, 0.99),
    cpuSeconds: (user + system) / 1e6,
  };
}
