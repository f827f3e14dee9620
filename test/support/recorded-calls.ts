import type { HttpClient } from "../../src/runtime/http-client.js";
import { createWorkTracker } from "../../src/runtime/work-tracker.js";

/** A call to a carrier as it was answered. */
export interface RecordedCall {
  readonly method: string;
  readonly path: string;
  /** Address and body: everything that could name a number. */
  readonly text: string;
  /** Null when no whole answer came. */
  readonly status: number | null;
  /** Milliseconds since the epoch, when it was made. */
  readonly at: number;
}

/** Writes down what goes out to carriers, and lets it go out. */
export interface CallRecorder {
  readonly http: HttpClient;
  /** In the order of their answers. */
  readonly calls: readonly RecordedCall[];
  /** Resolves when no call is under way. */
  settled(): Promise<void>;
}

const PATIENCE_MS = 10_000;

/** Records over a real client. */
export function recordCalls(http: HttpClient, now: () => number): CallRecorder {
  const calls: RecordedCall[] = [];
  const underWay = createWorkTracker();

  async function send(request: Parameters<HttpClient>[0]): ReturnType<HttpClient> {
    const { method, url, body = "" } = request;
    const call = { method, path: new URL(url).pathname, text: `${url} ${Buffer.from(body).toString()}`, at: now() };
    try {
      const response = await http(request);
      calls.push({ ...call, status: response.status });
      return response;
    } catch (error) {
      calls.push({ ...call, status: null });
      throw error;
    }
  }

  return {
    http: (request) => underWay.track(send(request)),
    calls,
    settled: async () => void (await underWay.drain(PATIENCE_MS)),
  };
}
