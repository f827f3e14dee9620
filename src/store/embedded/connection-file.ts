import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { z } from "zod";
import { DatabaseError } from "../database.js";
import type { ClusterPaths } from "./cluster-paths.js";

const Connection = z.object({
  port: z.int().min(1).max(65_535),
  user: z.string().min(1),
  password: z.string().min(32),
  database: z.string().min(1),
});

/** How to reach the server of a directory. Holds a password: never logged. */
export type Connection = z.output<typeof Connection>;

/** Credentials for a cluster that is about to be made: a password out of 256 random bits. */
export function newConnection(port: number): Connection {
  return { port, user: "waybill", password: randomBytes(32).toString("base64url"), database: "waybill" };
}

/**
 * Null when there is none, or when it cannot be understood: the supervisor then sets a new password.
 * @throws DatabaseError when it may not be read
 */
export async function readConnectionFile({ connectionFile }: ClusterPaths): Promise<Connection | null> {
  try {
    return Connection.safeParse(JSON.parse(await readFile(connectionFile, "utf8"))).data ?? null;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EACCES") {
      throw new DatabaseError(
        `${connectionFile} may not be read by this user. Run this command as the user that runs Waybill.`,
      );
    }
    return null;
  }
}

/** Replaces the file in one step, so that nobody reads half of it. */
export async function writeConnectionFile({ connectionFile }: ClusterPaths, connection: Connection): Promise<void> {
  const draft = `${connectionFile}.${randomBytes(6).toString("hex")}`;
  await writeFile(draft, JSON.stringify(connection), { mode: 0o600, flag: "wx" });
  await rename(draft, connectionFile);
}

/** The address for `pg`. `database` is `waybill` unless given. */
export function connectionUrl(connection: Connection, database = connection.database): string {
  return `postgres://${connection.user}:${connection.password}@127.0.0.1:${connection.port}/${database}`;
}
