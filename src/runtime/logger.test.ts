import { describe, expect, test } from "vitest";
import { createLogger, type LoggerOptions, silentLogger } from "./logger.js";

function logged(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const log = createLogger({ level: "debug", destination: { write: (line) => void lines.push(line) }, ...options });
  return { log, lines, first: (): unknown => JSON.parse(lines[0] ?? "null") };
}

describe("the logger", () => {
  test("writes one JSON line with level, time in UTC, fields and sentence", () => {
    const { log, lines, first } = logged({ fields: { role: "ingest" } });
    log.warn({ carrier: "ups", count: 3 }, "100 % of it is %s.");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\{.*\}\n$/);
    expect(first()).toMatchObject({
      level: "warn",
      role: "ingest",
      carrier: "ups",
      count: 3,
      msg: "100 % of it is %s.",
    });
    expect(first()).toHaveProperty("time", expect.stringMatching(/^\d{4}-.*Z$/));
  });

  test("leaves out what is below its level", () => {
    const { log, lines } = logged({ level: "warn" });
    log.debug({}, "a");
    log.info({}, "b");
    log.error({}, "c");
    expect(lines).toHaveLength(1);
  });

  test("gives its children's lines their fields", () => {
    const { log, first } = logged();
    log.child({ connectionId: "con_1" }).child({ carrier: "ups" }).info({ count: 1 }, "x");
    expect(first()).toMatchObject({ connectionId: "con_1", carrier: "ups", count: 1 });
  });

  test("never lets a planted secret out, wherever it is", () => {
    const secret = "pl4nted-s3cret";
    const { log, lines } = logged({ fields: { token: secret } });
    const child = log.child({ headers: { authorization: secret }, nested: { deep: [{ password: secret }] } });
    child.info({ cookie: secret, url: `https://x.example/t/${secret}` }, `See /s/${secret} with Bearer ${secret}`);
    child.error({ err: new Error(`client_secret=${secret} failed`, { cause: { apiKey: secret } }) }, "A call failed.");
    child.warn({ [`/t/${secret}`]: 1, list: ["fdx-signature", secret] }, `postgres://waybill:${secret}@db/waybill`);
    expect(lines).toHaveLength(3);
    expect(lines.join("")).not.toContain(secret);
  });

  test("does not let a field replace level, time, pid or sentence", () => {
    const { log, lines, first } = logged();
    log.info({ level: "fake", time: "never", msg: "fake", pid: 0 }, "True.");
    expect(first()).toMatchObject({ level: "info", msg: "True.", level_: "fake", msg_: "fake", pid: process.pid });
    expect(lines[0]?.match(/"level":/g)).toHaveLength(1);
  });

  test("keeps every line under 64 KiB and on one line", () => {
    const { log, lines } = logged();
    log.info(
      { text: "é\n\u2028".repeat(100_000), list: Array.from({ length: 1000 }, () => "x".repeat(1000)) },
      "y\n".repeat(100_000),
    );
    expect(Buffer.byteLength(lines[0] ?? "")).toBeLessThan(65_536);
    expect(lines[0]?.trimEnd()).not.toContain("\n");
  });

  test("writes nothing when it is silent", () => {
    const { log, lines } = logged({ level: "silent" });
    log.error({}, "x");
    expect(lines).toEqual([]);
    expect(silentLogger.child({ a: 1 })).toBe(silentLogger);
  });
});
