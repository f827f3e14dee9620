import { type SpawnedProcess, spawnWaybillProcess } from "./waybill-process.js";

/** The process that has some roles of an installation. It is killed and started again; every life listens on another port. */
export interface RoleProcess {
  /** Where its last life listened that came up, whether it still lives or not; null when its roles have no door. */
  url(): string | null;
  /** Whether its last life came up and has not been ended. */
  isReady(): boolean;
  /** Starts it and waits until it is ready. @throws when it ends before, with its log */
  start(): Promise<void>;
  /** Ends it without a word, whatever it is doing. Resolves once it is gone. */
  kill(): Promise<void>;
  /** Ends it in order. Resolves with its exit code. */
  stop(): Promise<number | NodeJS.Signals>;
  /** What all lives wrote to standard error, each bounded. */
  log(): string;
  /** Lives that ended although nobody had asked for it. */
  readonly deaths: readonly string[];
}

/** `roles` as the command line takes them: `normalize`, `api,sweep`. */
export function createRoleProcess(roles: string, env: Readonly<Record<string, string>>): RoleProcess {
  const lives: SpawnedProcess[] = [];
  const ending = new Set<SpawnedProcess>();
  const deaths: string[] = [];
  let url: string | null = null;
  let ready = false;

  async function end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals> {
    const life = lives.at(-1);
    if (life === undefined) return 0;
    ending.add(life);
    ready = false;
    life.child.kill(signal);
    return life.ended;
  }

  async function watch(life: SpawnedProcess): Promise<void> {
    const how = await life.ended;
    if (!ending.has(life)) deaths.push(`${roles} ended (${how}):\n${life.log()}`);
  }

  return {
    deaths,
    url: () => url,
    isReady: () => ready,
    async start() {
      const life = spawnWaybillProcess(["start", "--json", "--roles", roles], { ...env, PORT: "0" });
      lives.push(life);
      void watch(life);
      url = (JSON.parse(await life.firstLine) as { url: string | null }).url;
      ready = true;
    },
    async kill() {
      await end("SIGKILL");
    },
    stop: () => end("SIGTERM"),
    log: () => lives.map((life) => life.log()).join(""),
  };
}
