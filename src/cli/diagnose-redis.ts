import type { Config } from "../runtime/config.js";
import { redactText } from "../runtime/redact-text.js";
import type { Finding } from "./finding.js";

/** Whether Redis answers, where one is set. Without it pages are only slower, so its absence is no failure. */
export async function diagnoseRedis({ redisUrl }: Config): Promise<Finding[]> {
  if (redisUrl === null) return [];
  const check = "redis";
  const { askRedis } = await import("../runtime/redis.js");
  try {
    const sentence = `Redis ${await askRedis(redisUrl)} answers at REDIS_URL.`;
    return [{ check, level: "ok", sentence }];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const sentence = `Redis does not answer at REDIS_URL (${redactText(reason, 200)}): tracking pages are read from PostgreSQL until it does.`;
    return [{ check, level: "warn", sentence }];
  }
}
