import { progressLine } from "../../src/cli/progress-line.js";
import type { Database } from "../../src/store/database.js";
import { CopyTarget } from "./copy-target.js";
import { makeOrder } from "./order-rows.js";
import type { LogEntry } from "./parcel-log.js";
import type { WorldMemory } from "./world-memory.js";
import { WORLD_TABLES, type WorldTable } from "./world-tables.js";

const DAY_MS = 86_400_000;

/** A migrated database, of which the connection may do everything. */
export interface WorldDatabase {
  readonly url: string;
  readonly db: Database;
}

/** What one growth added. */
export interface Growth {
  readonly orders: number;
  readonly parcels: number;
  readonly openParcels: number;
  readonly scans: number;
  /** Of all tables. */
  readonly rows: number;
  readonly seconds: number;
}

/** Writes orders and what became of them, day by day, into all tables at once. */
export class WorldWriter {
  transitionId: number;
  readonly #targets: ReadonlyMap<WorldTable, CopyTarget>;

  static async open({ url }: WorldDatabase, transitionId: number): Promise<WorldWriter> {
    const targets = new Map<WorldTable, CopyTarget>();
    for (const table of Object.keys(WORLD_TABLES) as WorldTable[])
      targets.set(table, await CopyTarget.open(url, table));
    return new WorldWriter(targets, transitionId);
  }

  private constructor(targets: ReadonlyMap<WorldTable, CopyTarget>, transitionId: number) {
    this.#targets = targets;
    this.transitionId = transitionId;
  }

  async write(orders: number, memory: WorldMemory, days: number): Promise<Growth> {
    const { nowMs } = memory;
    const startedMs = Date.now();
    const progress = progressLine(process.stderr, Date.now);
    const sum = { orders: 0, parcels: 0, openParcels: 0, scans: 0 };
    /** By the day on which it is learned. */
    const log: LogEntry[][] = Array.from({ length: days + 1 }, () => []);
    const firstMs = nowMs - days * DAY_MS;
    try {
      for (let day = 0; day < days; day++) {
        const today = Math.round((orders * (day + 1)) / days) - Math.round((orders * day) / days);
        for (let index = 0; index < today; index++) {
          const order = makeOrder(firstMs + (day + index / today) * DAY_MS, memory);
          for (const [table, line] of order.rows) this.#target(table).push(line);
          for (const entry of order.log) log[Math.max(0, Math.floor((entry.atMs - firstMs) / DAY_MS))]?.push(entry);
          sum.orders += 1;
          sum.parcels += order.parcels;
          sum.openParcels += order.openParcels;
          if (index % 2_000 === 0) await this.#flush();
        }
        sum.scans += await this.#writeLog(log[day] ?? []);
        log[day] = [];
        progress.show(describe(startedMs, (day + 1) / days), sum.orders, orders);
      }
      sum.scans += await this.#writeLog(log[days] ?? []);
      await Promise.all([...this.#targets.values()].map((target) => target.end()));
    } catch (error) {
      await Promise.all([...this.#targets.values()].map((target) => target.abandon()));
      throw error;
    } finally {
      progress.clear();
    }
    const rows = [...this.#targets.values()].reduce((all, target) => all + target.rows, 0);
    return { ...sum, rows, seconds: (Date.now() - startedMs) / 1000 };
  }

  /** One day of what was learned, in its order. */
  async #writeLog(entries: readonly LogEntry[]): Promise<number> {
    for (const [index, { rows, news }] of entries.toSorted((a, b) => a.atMs - b.atMs).entries()) {
      for (const [table, line] of rows) this.#target(table).push(line);
      if (news !== null) {
        this.transitionId += 1;
        this.#target("transitions").push(`${news.transition}\t${this.transitionId}`);
        this.#target("messages").push(`${news.message}\ttransition:${this.transitionId}\t${this.transitionId}`);
      }
      if (index % 5_000 === 0) await this.#flush();
    }
    return entries.length;
  }

  async #flush(): Promise<void> {
    for (const target of this.#targets.values()) await target.flush();
  }

  #target(table: WorldTable): CopyTarget {
    const target = this.#targets.get(table);
    if (target === undefined) throw new Error(`Nothing writes ${table}.`);
    return target;
  }
}

function describe(startedMs: number, done: number): string {
  const left = ((Date.now() - startedMs) / done) * (1 - done);
  return `making orders, ${Math.ceil(left / 1000)} s left`;
}
