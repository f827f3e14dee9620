import { expect, it } from "vitest";
import { findRedis, NO_REDIS, startRedis } from "../../test/support/redis.js";
import { readConfig } from "../runtime/config.js";
import { diagnoseRedis } from "./diagnose-redis.js";

const diagnose = (url: string) =>
  diagnoseRedis(readConfig({ REDIS_URL: url }, { uid: null, homeDirectory: "/home/ada" }));

it("without REDIS_URL nothing is said of Redis", async () => {
  expect(await diagnose("")).toEqual([]);
});

if (findRedis() === null) it("doctor and Redis", ({ skip }) => skip(NO_REDIS));
else {
  it("a Redis that answers is well; one that does not is a warning without its password, for pages are shown all the same", async () => {
    const redis = await startRedis();
    expect(await diagnose(redis.url)).toEqual([
      { check: "redis", level: "ok", sentence: expect.stringMatching(/^Redis \d+\.\d+\.\d+ answers/) as unknown },
    ]);
    await redis.stop();
    const [finding] = await diagnose(redis.url.replace("//", "//:hush-hush@"));
    expect(finding).toMatchObject({ check: "redis", level: "warn" });
    expect(finding?.sentence).toContain("read from PostgreSQL");
    expect(finding?.sentence).not.toContain("hush-hush");
  });
}
