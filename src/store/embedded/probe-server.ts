import pg from "pg";

/** `refused`: a server answers but does not know us: another cluster, or another password. */
export type ServerAnswer = "ready" | "not yet" | "refused";

const CONNECT_WITHIN_MS = 5_000;

/** Connects once. With SCRAM the server proves as well that it knows the password, so a stranger on the port is found out. */
export async function probeServer(url: string): Promise<ServerAnswer> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    application_name: "waybill-probe",
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return "ready";
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    // Appendix A of PostgreSQL's manual: class 28 is a wrong password or an unknown role; 3D000 an unknown database.
    return typeof code === "string" && /^(28...|3D000)$/.test(code) ? "refused" : "not yet";
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Makes the database if the server has not got it. */
export async function makeDatabase(url: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_WITHIN_MS });
  client.on("error", () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query("select from pg_database where datname = $1", [name]);
    if (rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

/** The name under which processes that stay connect. They look after the server when its supervisor has gone. */
export const LONG_LIVED_APPLICATION = "waybill";

/** Whether another process that stays is connected. Ask when one's own connections are closed. */
export async function isUsedByOthers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_WITHIN_MS });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rowCount } = await client.query(
      "select from pg_stat_activity where backend_type = 'client backend' and application_name = $1 limit 1",
      [LONG_LIVED_APPLICATION],
    );
    return (rowCount ?? 0) > 0;
  } catch {
    // A server that cannot be asked serves nobody.
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
