import { cpus, loadavg, totalmem } from "node:os";

/** The machine and the moment of a run, so that figures are never quoted without them. */
export function machineNow() {
  const [cpu] = cpus();
  const machine = {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    cores: cpus().length,
    cpu: cpu?.model.trim() ?? "unknown",
    memoryGb: Math.round(totalmem() / 1e9),
    load1: Number((loadavg()[0] ?? 0).toFixed(2)),
  };
  const { date, node, cores, memoryGb, load1 } = machine;
  return {
    ...machine,
    text: `${date}, Node ${node}, ${cores} cores of ${machine.cpu}, ${memoryGb} GB, load ${load1} at the end`,
  };
}
