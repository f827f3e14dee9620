import type { Command } from "commander";
import { addStore, type NewStore } from "../orders/add-store.js";
import { writeAudit } from "../store/audit-log.js";
import { listStores, type StoreRow } from "../store/stores.js";
import { runCommand } from "./command-error.js";
import { type UseInstallation, useInstallation } from "./open-installation.js";
import { table } from "./table.js";
import type { Terminal } from "./terminal.js";

interface AddOptions {
  readonly language?: string;
  readonly timeZone?: string;
  readonly accent?: string;
  readonly logoUrl?: string;
  readonly supportUrl?: string;
  readonly supportEmail?: string;
  readonly website?: string;
  readonly json?: true;
}

/** `waybill stores add|list`. */
export function registerStores(program: Command, terminal: Terminal, use: UseInstallation = useInstallation): void {
  const stores = program.command("stores").description("add and list the stores of this installation");

  stores
    .command("add")
    .description("add a store and print its id")
    .argument("<name>", "name that shoppers know")
    .option("--language <tag>", "language of its messages, as a BCP 47 tag (default: en)")
    .option("--time-zone <name>", "IANA time zone of the business (default: UTC)")
    .option("--accent <#rrggbb>", "colour of its pages and messages")
    .option("--logo-url <url>", "https: address of its logo")
    .option("--support-url <url>", "https: page where shoppers find help")
    .option("--support-email <address>", "address that shoppers can write to")
    .option("--website <url>", "https: address of the shop")
    .option("--json", "print for programs")
    .action((name: string, options: AddOptions) =>
      runCommand(terminal, () =>
        use(async ({ db, newId, actor }) => {
          const id = await db.transaction(async (tx) => {
            const added = await addStore(tx, toNewStore(name, options), { newId });
            await writeAudit(tx, { storeId: added, actor, action: "store.added", subject: added });
            return added;
          });
          if (options.json === true) return terminal.print(JSON.stringify({ id, name: name.trim() }));
          terminal.print(id);
        }),
      ),
    );

  stores
    .command("list")
    .description("list the stores, oldest first")
    .option("--json", "print for programs")
    .action((options: { json?: true }) =>
      runCommand(terminal, () =>
        use(async ({ db }) => {
          const rows = await listStores(db.pool);
          if (options.json === true) return terminal.print(JSON.stringify(rows.map(summary)));
          if (rows.length === 0)
            return terminal.print("There is no store yet. Add one with: waybill stores add <name>");
          const cells = rows.map(({ id, name, language, timeZone }) => [id, name, language, timeZone]);
          for (const line of table(["id", "name", "language", "time zone"], cells)) terminal.print(line);
        }),
      ),
    );
}

function toNewStore(name: string, options: AddOptions): NewStore {
  const { language, timeZone, accent, logoUrl, supportUrl, supportEmail, website } = options;
  return {
    name,
    language,
    timeZone,
    brand: { accentColor: accent, logoUrl, supportUrl, supportEmail, websiteUrl: website },
  };
}

function summary({ id, name, brand, language, timeZone, createdAt }: StoreRow) {
  return { id, name, language, timeZone, brand, createdAt };
}
