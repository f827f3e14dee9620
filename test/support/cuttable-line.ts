import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";

/**
 * A line to a server that can be cut and mended: to whoever is behind it the server is away while it is cut. While it is frozen the
 * server hangs: connections stay, and are made, and nothing gets through either way.
 */
export interface CuttableLine {
  /** The same address, by way of the line. */
  readonly url: string;
  cut(): void;
  mend(): void;
  freeze(): void;
  /** What was held up goes on. */
  thaw(): void;
  /** What is connected never hears anything again, as if the server's machine had vanished; new connections are made. */
  abandon(): void;
  close(): Promise<void>;
}

/** Lays a line on 127.0.0.1 to the server of a `scheme://…host:port/…` address. */
export async function layLine(target: string): Promise<CuttableLine> {
  const { hostname, port } = new URL(target);
  const ends = new Map<Socket, Socket>();
  let state: "whole" | "cut" | "frozen" = "whole";
  const server = createServer((near) => {
    near.on("error", () => undefined);
    if (state === "cut") {
      near.destroy();
      return;
    }
    const far = connect(Number(port), hostname).on("error", () => undefined);
    ends.set(near, far);
    if (state !== "frozen") join(near, far);
    near.on("close", () => {
      ends.delete(near);
      far.destroy();
    });
    far.on("close", () => near.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const url = new URL(target);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cut() {
      state = "cut";
      for (const near of ends.keys()) near.destroy();
    },
    mend() {
      state = "whole";
    },
    freeze() {
      state = "frozen";
      for (const [near, far] of ends) part(near, far);
    },
    thaw() {
      state = "whole";
      for (const [near, far] of ends) join(near, far);
    },
    abandon() {
      for (const [near, far] of ends) part(near, far);
    },
    async close() {
      for (const [near, far] of ends) for (const end of [near, far]) end.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function join(near: Socket, far: Socket): void {
  near.pipe(far).pipe(near);
}

function part(near: Socket, far: Socket): void {
  near.unpipe(far);
  far.unpipe(near);
}
