import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../runtime/config.js";
import type { Finding } from "./finding.js";

/** What can be said about this machine without the database: data directory, secret key, public address. */
export async function diagnoseMachine(config: Config): Promise<Finding[]> {
  return [await dataDirectory(config), await secretKey(config), publicUrl(config)];
}

async function dataDirectory({ dataDir, databaseUrl, secretKey }: Config): Promise<Finding> {
  const check = "data directory";
  if (databaseUrl !== null && secretKey !== null) {
    return { check, level: "ok", sentence: "Not used: database and secret key are set by the environment." };
  }
  const mode = await modeOf(dataDir);
  if (mode === "missing") return { check, level: "ok", sentence: `${dataDir} will be made when it is needed.` };
  if (typeof mode === "string") {
    return {
      check,
      level: "fail",
      sentence: `${dataDir} cannot be read (${mode}): run as its owner, or set WAYBILL_DATA_DIR.`,
    };
  }
  if ((mode & 0o022) === 0) return { check, level: "ok", sentence: `${dataDir} can be changed by its owner alone.` };
  return { check, level: "fail", sentence: `Others may change ${dataDir}. Run: chmod go-w ${dataDir}` };
}

async function secretKey({ dataDir, secretKey: given }: Config): Promise<Finding> {
  const check = "secret key";
  if (given !== null) return { check, level: "ok", sentence: "Taken from WAYBILL_SECRET_KEY." };
  const path = join(dataDir, "secret.key");
  const mode = await modeOf(path);
  if (mode === "missing") {
    return {
      check,
      level: "warn",
      sentence: `There is none yet; ${path} is made when it is first needed. Back it up then.`,
    };
  }
  if (typeof mode === "string") {
    return {
      check,
      level: "fail",
      sentence: `${path} cannot be read (${mode}): run as its owner, or set WAYBILL_SECRET_KEY.`,
    };
  }
  if ((mode & 0o077) === 0) return { check, level: "ok", sentence: `${path} can be read by its owner alone.` };
  return { check, level: "fail", sentence: `Others can read ${path}. Run: chmod 600 ${path}` };
}

function publicUrl({ publicUrl: origin }: Config): Finding {
  const check = "public address";
  const { hostname, protocol } = new URL(origin);
  if (
    hostname === "localhost" ||
    hostname === "[::1]" ||
    hostname.startsWith("127.") ||
    hostname.endsWith(".localhost")
  ) {
    const sentence = `${origin} leads to this machine only: set WAYBILL_PUBLIC_URL, or no shopper and no carrier gets here.`;
    return { check, level: "warn", sentence };
  }
  if (protocol === "https:") return { check, level: "ok", sentence: `Links begin with ${origin}.` };
  return {
    check,
    level: "warn",
    sentence: `${origin} is not encrypted: put https in front and into WAYBILL_PUBLIC_URL.`,
  };
}

/** The permission bits, `missing`, or the system's code of what went wrong. */
async function modeOf(path: string): Promise<number | string> {
  try {
    // Windows has no such bits; what it makes up must not alarm anybody.
    return process.platform === "win32" ? 0o600 : (await stat(path)).mode & 0o777;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    return code === "ENOENT" ? "missing" : code;
  }
}
