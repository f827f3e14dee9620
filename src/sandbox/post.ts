/** What came back from a push target. */
export interface PostAnswer {
  readonly status: number;
  readonly body: string;
}

/** Sends one POST and reads the answer. @throws when no answer arrived in time */
export type Post = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  signal: AbortSignal,
) => Promise<PostAnswer>;

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;

/** Posts over the network, as the carriers would: no redirects are followed, and an answer has ten seconds. */
export const post: Post = async (url, headers, body, signal) => {
  const response = await fetch(url, {
    method: "POST",
    headers,
    body: Buffer.from(body),
    redirect: "manual",
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) throw new RangeError("The answer to a push is too large.");
    chunks.push(chunk);
  }
  return { status: response.status, body: Buffer.concat(chunks).toString("utf8") };
};

/** Whether the target took what was posted. */
export function isTaken({ status }: Pick<PostAnswer, "status">): boolean {
  return status >= 200 && status < 300;
}
