import { describe, expect, test } from "vitest";
import { ConfigError, describeConfig, readConfig } from "./config.js";
import { CONFIG_FIELDS, ROLES } from "./config-fields.js";
import { nearestName } from "./nearest-name.js";

const SYSTEM = { uid: 1000, homeDirectory: "/home/jane" };
const read = (env: Record<string, string>, system = SYSTEM) => readConfig(env, system);

function faults(env: Record<string, string>): readonly string[] {
  try {
    read(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe("reading the settings", () => {
  test("nothing has to be set", () => {
    expect(read({})).toMatchObject({
      databaseUrl: null,
      port: 3000,
      host: "127.0.0.1",
      publicUrl: "http://127.0.0.1:3000",
      dataDir: "/home/jane/.local/share/waybill",
      secretKey: null,
      secretKeysOld: [],
      roles: ROLES,
      onUnknown: "keep",
      newsMaxAgeHours: 72,
    });
  });

  test("the data directory follows the user", () => {
    expect(read({}, { uid: 0, homeDirectory: "/root" }).dataDir).toBe("/var/lib/waybill");
    expect(read({ XDG_DATA_HOME: "/data" }).dataDir).toBe("/data/waybill");
    expect(read({ XDG_DATA_HOME: "relative" }).dataDir).toBe("/home/jane/.local/share/waybill");
    expect(read({ WAYBILL_DATA_DIR: "/srv/waybill" }).dataDir).toBe("/srv/waybill");
  });

  test("the public address follows the port, and is an origin", () => {
    expect(read({ PORT: "8080" }).publicUrl).toBe("http://127.0.0.1:8080");
    expect(read({ PORT: "80" }).publicUrl).toBe("http://127.0.0.1");
    expect(read({ WAYBILL_PUBLIC_URL: "https://Track.Example.com:443" }).publicUrl).toBe("https://track.example.com");
    for (const bad of [
      "https://a.example/",
      "https://a.example/path",
      "ftp://a.example",
      "a.example",
      "https://u:p@a.example",
      "https://a.example?x",
    ]) {
      expect(faults({ WAYBILL_PUBLIC_URL: bad })).toHaveLength(1);
    }
  });

  test("an empty variable counts as absent, and those of others are left alone", () => {
    expect(read({ PORT: "", WAYBILL_ROLES: "", HOME: "/x", WAYBILL_TEST_ANYTHING: "1" }).port).toBe(3000);
  });

  test("lists are split, trimmed and said once", () => {
    expect(read({ WAYBILL_ROLES: "page, ingest,page" }).roles).toEqual(["page", "ingest"]);
  });

  test("keys are read from hex, base64 and base64url", () => {
    const key = Buffer.alloc(32, 0xfb);
    for (const encoding of ["hex", "base64", "base64url"] as const) {
      expect(Buffer.from(read({ WAYBILL_SECRET_KEY: key.toString(encoding) }).secretKey ?? [])).toEqual(key);
    }
    expect(
      read({ WAYBILL_SECRET_KEYS_OLD: `${key.toString("hex")}, ${key.toString("base64")}` }).secretKeysOld,
    ).toHaveLength(2);
  });

  test("the result cannot be changed", () => {
    const config = read({});
    expect(Object.isFrozen(config) && Object.isFrozen(config.roles) && Object.isFrozen(config.sources)).toBe(true);
  });
});

describe("faults", () => {
  test("each is one sentence that says what to do, and all are told at once", () => {
    expect(
      faults({
        PORT: "eighty",
        WAYBILL_NORMALIZE_BATCH_SIZE: "5001",
        WAYBILL_ON_UNKNOWN: "drop",
        WAYBILL_ROLE: "page",
      }),
    ).toEqual([
      "WAYBILL_ROLE is no setting of Waybill. Did you mean WAYBILL_ROLES?",
      'Set PORT to a whole number from 0 to 65535: it is "eighty" now.',
      'Set WAYBILL_NORMALIZE_BATCH_SIZE to a whole number from 1 to 5000: it is "5001" now.',
      'Set WAYBILL_ON_UNKNOWN to keep or resend: it is "drop" now.',
    ]);
  });

  test("an unknown name without a near one is told without a guess, and its value never", () => {
    expect(faults({ WAYBILL_FROBNICATE: "pl4nted" })).toEqual([
      "WAYBILL_FROBNICATE is no setting of Waybill. Remove it; docs/configuration.md lists all settings.",
    ]);
  });

  test("no secret is repeated", () => {
    const planted = {
      DATABASE_URL: "mysql://u:pl4nted@db/x",
      WAYBILL_SECRET_KEY: "pl4nted",
      WAYBILL_SECRET_KEYS_OLD: "pl4nted",
      WAYBILL_PUBLIC_URL: "https://u:pl4nted@x",
    };
    expect(faults(planted)).toHaveLength(4);
    expect(faults(planted).join()).not.toContain("pl4nted");
  });

  test.each([
    ["PORT", "65536"],
    ["PORT", "-1"],
    ["PORT", "80.5"],
    ["PORT", "0x50"],
    ["WAYBILL_ROLES", "page,cook"],
    ["WAYBILL_ROLES", ","],
    ["WAYBILL_DATA_DIR", "data"],
    ["WAYBILL_LOG_LEVEL", "loud"],
    ["WAYBILL_HOST", "a b"],
    ["DATABASE_URL", "db:5432"],
    ["WAYBILL_SECRET_KEY", "abc"],
  ])("%s=%s is one", (name, value) => expect(faults({ [name]: value })).toHaveLength(1));

  test("a worker must not count as dead before two heartbeats", () => {
    expect(faults({ WAYBILL_HEARTBEAT_SECONDS: "10" })[0]).toMatch(
      /^Set WAYBILL_WORKER_DEAD_AFTER_SECONDS to at least 20,/,
    );
    expect(faults({ WAYBILL_HEARTBEAT_SECONDS: "7" })).toEqual([]);
  });

  test("an order must not be forgotten before its timeline", () => {
    expect(faults({ WAYBILL_KEEP_ORDERS_DAYS: "399" })[0]).toMatch(/^Set WAYBILL_KEEP_ORDERS_DAYS to at least 400,/);
    expect(faults({ WAYBILL_KEEP_ORDERS_DAYS: "400" })).toEqual([]);
  });
});

describe("describing the settings", () => {
  test("every setting has a row with value, default and source, and no secret is in it", () => {
    const config = read({ PORT: "8080", DATABASE_URL: "postgres://u:pl4nted@db/w", WAYBILL_ROLES: "page,api" });
    const rows = describeConfig(config);
    const row = (name: string) => rows.find((candidate) => candidate.name === name);
    expect(rows.map(({ name }) => name)).toEqual(Object.values(CONFIG_FIELDS).map(({ name }) => name));
    expect(row("PORT")).toMatchObject({ value: "8080", default: "3000", source: "environment" });
    expect(row("DATABASE_URL")).toMatchObject({ value: "set", default: "", source: "environment" });
    expect(row("WAYBILL_SECRET_KEY")).toMatchObject({ value: "not set", source: "default" });
    expect(row("WAYBILL_SECRET_KEYS_OLD")).toMatchObject({ value: "not set" });
    expect(row("WAYBILL_ROLES")).toMatchObject({ value: "page,api" });
    expect(JSON.stringify(rows)).not.toContain("pl4nted");
  });

  test("every default works out, and is what its own text says", () => {
    for (const { name, default: fallback } of Object.values(CONFIG_FIELDS)) {
      if (typeof fallback === "string" && fallback !== "") expect(faults({ [name]: fallback })).toEqual([]);
    }
  });
});

test("a mistyped name finds its nearest, with or without the prefix", () => {
  const names = ["PORT", "DATABASE_URL", "WAYBILL_ROLES", "WAYBILL_HOST"];
  expect(nearestName("WAYBILL_PORT", names)).toBe("PORT");
  expect(nearestName("WAYBILL_DATABASE_URI", names)).toBe("DATABASE_URL");
  expect(nearestName("WAYBILL_FOO", names)).toBeNull();
  expect(nearestName("W".repeat(100_000), names)).toBeNull();
});
