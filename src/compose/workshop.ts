import type { Config } from "../runtime/config.js";
import type { Lifecycle } from "../runtime/lifecycle.js";
import type { Logger } from "../runtime/logger.js";
import type { Metrics } from "../runtime/metrics.js";
import type { KeyRing } from "../runtime/sealing.js";
import type { Database } from "../store/database.js";

/** What every role of a process works with. */
export interface Workshop {
  readonly config: Config;
  /** Where shoppers and carriers reach us; the real port where the configuration left it open. */
  readonly publicUrl: string;
  readonly db: Database;
  /** The installation's keys; each purpose derives its own. */
  readonly ring: KeyRing;
  readonly newId: (prefix: string) => string;
  readonly now: () => number;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
  /** The name of this process among the workers. */
  readonly workerId: string;
}
