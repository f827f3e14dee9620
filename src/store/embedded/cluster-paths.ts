import { join } from "node:path";

/** Where the files of an embedded PostgreSQL are. */
export interface ClusterPaths {
  /** Waybill's data directory, as configured. */
  readonly dataDirectory: string;
  /** Ours: everything below belongs to the embedded PostgreSQL. */
  readonly home: string;
  /** PostgreSQL's own data directory; belongs to the account that runs the server. */
  readonly cluster: string;
  /** Port and password, readable by us alone. */
  readonly connectionFile: string;
  /** What the server prints. */
  readonly serverLog: string;
}

export function clusterPaths(dataDirectory: string): ClusterPaths {
  const home = join(dataDirectory, "postgres");
  return {
    dataDirectory,
    home,
    cluster: join(home, "data"),
    connectionFile: join(home, "connection.json"),
    serverLog: join(home, "server.log"),
  };
}
