import { randomBytes } from "node:crypto";
import { Command } from "commander";
import type { Installation, UseInstallation } from "../../src/cli/open-installation.js";
import type { Terminal } from "../../src/cli/terminal.js";
import { readConfig } from "../../src/runtime/config.js";
import { type HttpClient, HttpError } from "../../src/runtime/http-client.js";
import { createIdSource } from "../../src/runtime/ids.js";
import { silentLogger } from "../../src/runtime/logger.js";
import { sealingKey } from "../../src/runtime/sealing.js";
import type { Database } from "../../src/store/database.js";

/** What a command wrote. */
export interface CommandOutcome {
  readonly printed: readonly string[];
  readonly failed: readonly string[];
  readonly written: Buffer;
  /** The printed line of `--json`. */
  readonly json: () => unknown;
}

export type RunCommand = (args: readonly string[], stdin?: string) => Promise<CommandOutcome>;

type RegisterWithInstallation = (program: Command, terminal: Terminal, use: UseInstallation) => void;

/** Runs one command as the process would, with an installation of its own instead of the machine's. */
export function commandRunner(register: RegisterWithInstallation, use: UseInstallation): RunCommand {
  return async (args, stdin = "") => {
    const printed: string[] = [];
    const failed: string[] = [];
    const written: Uint8Array[] = [];
    const terminal: Terminal = {
      stdin: (async function* () {
        yield new TextEncoder().encode(stdin);
      })(),
      print: (text) => printed.push(text),
      write: (bytes) => written.push(bytes),
      fail: (sentence) => failed.push(sentence),
    };
    const program = new Command().exitOverride();
    register(program, terminal, use);
    await program.parseAsync([...args], { from: "user" });
    return { printed, failed, written: Buffer.concat(written), json: () => JSON.parse(printed[0] ?? "") };
  };
}

/** An installation over a test database. Its HTTP client reaches nobody unless one is given. */
export function testInstallation(db: Database, more: Partial<Installation> = {}): UseInstallation {
  const ring = { current: sealingKey(Buffer.alloc(32, 7)), old: [] };
  const installation: Installation = {
    config: readConfig({ WAYBILL_PUBLIC_URL: "https://track.example.com" }),
    env: {},
    db,
    databaseRole: "server",
    loadRing: async () => ring,
    newId: createIdSource({ now: Date.now, randomBytes }),
    now: Date.now,
    http: unreachable,
    log: silentLogger,
    actor: "cli:test",
    ...more,
  };
  return (work) => work(installation);
}

const unreachable: HttpClient = async () => {
  throw new HttpError("connection", "Nobody is there.", false);
};
