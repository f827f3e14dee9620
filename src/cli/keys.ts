import type { Command } from "commander";
import { hashSecret, newApiKey } from "../runtime/random-secrets.js";
import { insertApiKey, listApiKeys, revokeApiKey } from "../store/api-keys.js";
import { writeAudit } from "../store/audit-log.js";
import { chooseStore } from "./choose.js";
import { CommandError, runCommand } from "./command-error.js";
import { type UseInstallation, useInstallation } from "./open-installation.js";
import { table, utcText } from "./table.js";
import type { Terminal } from "./terminal.js";

const MAX_LABEL_CHARACTERS = 100;

/** `waybill keys create|list|revoke`: the API keys of a store. */
export function registerKeys(program: Command, terminal: Terminal, use: UseInstallation = useInstallation): void {
  const keys = program.command("keys").description("create, list and revoke the API keys of a store");

  keys
    .command("create")
    .description("create an API key and print it, once: only its hash is kept")
    .argument("<store>", "id or name of the store")
    .option("--label <text>", "what the key is for", "")
    .option("--json", "print for programs")
    .action((reference: string, { label, json }: { label: string; json?: true }) =>
      runCommand(terminal, () =>
        use(async ({ db, newId, actor }) => {
          const store = await chooseStore(db, reference);
          const [id, key] = [newId("key"), newApiKey()];
          await db.transaction(async (tx) => {
            const row = {
              id,
              storeId: store.id,
              keyHash: hashSecret(key),
              label: label.slice(0, MAX_LABEL_CHARACTERS),
            };
            await insertApiKey(tx, row);
            await writeAudit(tx, { storeId: store.id, actor, action: "api_key.created", subject: id });
          });
          if (json === true) return terminal.print(JSON.stringify({ id, storeId: store.id, label, key }));
          terminal.print(key);
        }),
      ),
    );

  keys
    .command("list")
    .description("list the keys of a store, newest first; the keys themselves are not kept")
    .argument("<store>", "id or name of the store")
    .option("--json", "print for programs")
    .action((reference: string, { json }: { json?: true }) =>
      runCommand(terminal, () =>
        use(async ({ db }) => {
          const store = await chooseStore(db, reference);
          const rows = await listApiKeys(db.pool, store.id);
          if (json === true) return terminal.print(JSON.stringify(rows));
          if (rows.length === 0)
            return terminal.print(`${store.name} has no key yet. Create one with: waybill keys create ${store.id}`);
          const cells = rows.map((row) => [row.id, utcText(row.createdAt), utcText(row.revokedAt), row.label]);
          for (const line of table(["id", "created", "revoked", "label"], cells)) terminal.print(line);
        }),
      ),
    );

  keys
    .command("revoke")
    .description("revoke a key at once")
    .argument("<keyId>", "id of the key (key_…), as `keys list` shows it")
    .option("--json", "print for programs")
    .action((id: string, { json }: { json?: true }) =>
      runCommand(terminal, () =>
        use(async ({ db, actor }) => {
          await db.transaction(async (tx) => {
            if (!(await revokeApiKey(tx, id))) {
              const sentence = `There is no key ${id.slice(0, 40)} to revoke. List them with: waybill keys list <store>`;
              throw new CommandError(sentence);
            }
            await writeAudit(tx, { storeId: null, actor, action: "api_key.revoked", subject: id });
          });
          terminal.print(json === true ? JSON.stringify({ id, revoked: true }) : `${id} is revoked.`);
        }),
      ),
    );
}
