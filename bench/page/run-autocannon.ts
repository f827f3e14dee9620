// Reads a PageLoad from standard input, runs it, and writes a PageLoadResult. A process of its own.
import { text } from "node:stream/consumers";
import autocannon from "autocannon";
import { quantile } from "../support/quantiles.js";
import type { PageLoad, PageLoadResult } from "./page-load.js";

/** What a browser sends. */
const HEADERS = {
  accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  "accept-encoding": "gzip, deflate, br",
  "accept-language": "en-GB,en;q=0.9",
  "user-agent":
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1",
};

const load = JSON.parse(await text(process.stdin)) as PageLoad;
process.stdout.write(JSON.stringify(await run(load)));

async function run({ url, paths, connections, seconds, perSecond }: PageLoad): Promise<PageLoadResult> {
  const requests = paths.map((path) => ({ method: "GET" as const, path, headers: HEADERS }));
  const latenciesMs: number[] = [];
  let begun = 0;
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const options: autocannon.Options = {
      url,
      connections,
      duration: seconds,
      ...(perSecond !== null && { overallRate: perSecond }),
      setupClient(client) {
        const first = Math.floor((requests.length * begun) / connections);
        begun += 1;
        client.setRequests([...requests.slice(first), ...requests.slice(0, first)]);
      },
    };
    const running = autocannon(options, (error: unknown, finished) => (error ? reject(error) : resolve(finished)));
    running.on("response", (_client, _status, _bytes, latencyMs) => latenciesMs.push(latencyMs));
  });
  return {
    pages: result["2xx"],
    seconds: result.duration,
    failures: result.non2xx + result.errors,
    bytes: result.throughput.total,
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
  };
}
