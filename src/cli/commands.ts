import type { Command } from "commander";
import type { Terminal } from "./terminal.js";

/** Adds one command, with its subcommands, to the program. */
export type Register = (program: Command, terminal: Terminal) => void;

/** The commands by name, each loaded only when it is run or listed, so that a small one starts fast. */
export const COMMANDS: Readonly<Record<string, () => Promise<Register>>> = {
  demo: async () => (await import("./demo.js")).registerDemo,
  start: async () => (await import("./start.js")).registerStart,
  migrate: async () => (await import("./migrate.js")).registerMigrate,
  backup: async () => (await import("./backup.js")).registerBackup,
  restore: async () => (await import("./restore.js")).registerRestore,
  "migrate-to-external": async () => (await import("./migrate-to-external.js")).registerMigrateToExternal,
  stores: async () => (await import("./stores.js")).registerStores,
  keys: async () => (await import("./keys.js")).registerKeys,
  connections: async () => (await import("./connections.js")).registerConnections,
  links: async () => (await import("./links.js")).registerLinks,
  erase: async () => (await import("./erase.js")).registerErase,
  track: async () => (await import("./track.js")).registerTrack,
  messages: async () => (await import("./messages.js")).registerMessages,
  parked: async () => (await import("./parked.js")).registerParked,
  replay: async () => (await import("./replay.js")).registerReplay,
  normalize: async () => (await import("./normalize.js")).registerNormalize,
  carriers: async () => (await import("./carriers.js")).registerCarriers,
  config: async () => (await import("./config.js")).registerConfig,
  doctor: async () => (await import("./doctor.js")).registerDoctor,
};
