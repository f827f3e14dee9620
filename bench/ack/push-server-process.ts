// The server under test in a process of its own: the doors of `waybill start --roles ingest` over the intake of one variant.
import { randomBytes } from "node:crypto";
import { startHttp } from "../../src/compose/start-http.js";
import { readConfig } from "../../src/runtime/config.js";
import { createHttpClient } from "../../src/runtime/http-client-undici.js";
import { createIdSource } from "../../src/runtime/ids.js";
import { createLifecycle } from "../../src/runtime/lifecycle.js";
import { createLogger } from "../../src/runtime/logger.js";
import { createMetrics } from "../../src/runtime/metrics.js";
import { loadKeyRing } from "../../src/runtime/secret-key.js";
import { openDatabase } from "../../src/store/database.js";
import { createVariantIntake, readVariant } from "./intake-variants.js";

const variant = readVariant(process.argv[2]);
const config = readConfig(process.env);
const log = createLogger({ level: "warn" });
const lifecycle = createLifecycle({ log, now: Date.now, deadlineMs: 10_000 });
const db = await openDatabase({
  url: config.databaseUrl ?? "",
  applicationName: `waybill-bench-${variant}`,
  poolSize: config.databasePoolSize,
  log,
});
lifecycle.onStop("database", () => db.close());
const http = createHttpClient({ userAgent: "waybill-bench", defaultTimeoutMs: 1_000, maxBytes: 1_000 });
lifecycle.onStop("http client", () => http.close());
const newId = createIdSource({ now: Date.now, randomBytes });
const metrics = createMetrics({ version: "bench", processMetrics: true });
const ring = await loadKeyRing(config, config.dataDir);
const workshop = {
  config,
  publicUrl: "http://127.0.0.1",
  db,
  ring,
  newId,
  now: Date.now,
  log,
  metrics,
  lifecycle,
  workerId: newId("wrk"),
};
const url = await startHttp(workshop, createVariantIntake(variant, workshop), http, 0);
process.on("disconnect", () => void lifecycle.stop("the benchmark ended"));
process.send?.(url);
