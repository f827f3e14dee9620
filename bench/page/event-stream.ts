import { get, type IncomingMessage } from "node:http";
import { createInterface } from "node:readline";

const WAIT_MS = 10_000;

/** A stream of news that is open, as a browser's EventSource holds it. */
export interface EventStream {
  /** Resolves when it has said this version or a later one. @throws when it does not in ten seconds */
  untilVersion(version: number): Promise<void>;
  /** The version it said last. */
  readonly version: number;
  close(): void;
}

/** Opens a stream; resolves when it has said the version of now. @throws when it is refused */
export async function openEventStream(url: string): Promise<EventStream> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) =>
    get(url, { agent: false }, resolve).on("error", reject),
  );
  if (answer.statusCode !== 200) throw new Error(`The stream answered ${answer.statusCode}.`);
  let version = -1;
  let heard = () => {};
  // What is cut off when it is closed is no news.
  answer.on("error", () => {});
  createInterface({ input: answer }).on("line", (line) => {
    if (!line.startsWith("data: ")) return;
    version = Number(line.slice("data: ".length));
    heard();
  });
  const stream: EventStream = {
    async untilVersion(wanted) {
      const deadline = setTimeout(() => answer.destroy(new Error("late")), WAIT_MS);
      while (version < wanted) {
        if (answer.destroyed) throw new Error("An open page was not told of news.");
        await new Promise<void>((resolve) => {
          heard = resolve;
          answer.once("close", resolve);
        });
      }
      clearTimeout(deadline);
    },
    get version() {
      return version;
    },
    close: () => answer.destroy(),
  };
  await stream.untilVersion(0);
  return stream;
}
