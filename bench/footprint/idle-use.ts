import { cpuSecondsOfFamily, findFamily, memoryMbOf } from "./process-family.js";

/** What a Waybill that nobody asks anything uses. MB are of 1,000,000 bytes, shared pages divided among their users (PSS). */
export interface IdleUse {
  readonly nodeMb: number;
  /** Server and backends of the embedded PostgreSQL. */
  readonly postgresMb: number;
  readonly postgresProcesses: number;
  /** Of one core, both together. */
  readonly cpuPercent: number;
}

/** Waits so many seconds for the start to be over, and as many again to see what CPU time goes by. */
export async function measureIdle(nodePid: number, cluster: string, seconds: number): Promise<IdleUse> {
  await pass(seconds);
  const before = cpuSecondsOfFamily(nodePid, cluster);
  await pass(seconds);
  const cpuPercent = (100 * (cpuSecondsOfFamily(nodePid, cluster) - before)) / seconds;
  const { node, postgres } = findFamily(nodePid, cluster);
  return {
    nodeMb: memoryMbOf(node),
    postgresMb: memoryMbOf(postgres),
    postgresProcesses: postgres.length,
    cpuPercent,
  };
}

function pass(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
