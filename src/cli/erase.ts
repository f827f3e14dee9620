import type { Command } from "commander";
import { type Erased, eraseCustomers, eraseOrder } from "../orders/erase-orders.js";
import type { Database } from "../store/database.js";
import { findCustomers, type NamedCustomer } from "../store/erasure.js";
import { chooseOrder, chooseStore } from "./choose.js";
import { CommandError, runCommand } from "./command-error.js";
import { type UseInstallation, useInstallation } from "./open-installation.js";
import type { Terminal } from "./terminal.js";

interface Options {
  readonly store?: string;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
}

/** `waybill erase order|customer`: deletes for good what is stored of an order or a customer. Written to the audit log without personal data. */
export function registerErase(program: Command, terminal: Terminal, use: UseInstallation = useInstallation): void {
  const erase = program.command("erase").description("delete for good what is stored of an order or a customer");

  addOptions(
    erase
      .command("order")
      .description("erase an order with its parcels, messages and raw bodies, and its customer if it was the last")
      .argument("<order>", "number or id of the order"),
  ).action((reference: string, options: Options) =>
    runCommand(terminal, () =>
      use(async ({ db, actor }) => {
        const order = await chooseOrder(db, reference, options.store);
        const erased = await eraseOrder(order, { db, actor, dryRun: !isMeant(options) });
        report(terminal, options, erased);
      }),
    ),
  );

  addOptions(
    erase
      .command("customer")
      .description("erase a customer with every order")
      .argument("<customer>", "e-mail address or id of the customer"),
  ).action((reference: string, options: Options) =>
    runCommand(terminal, () =>
      use(async ({ db, actor }) => {
        const customers = await chooseCustomers(db, reference, options.store);
        const erased = await eraseCustomers(customers, { db, actor, dryRun: !isMeant(options) });
        report(terminal, options, erased);
      }),
    ),
  );
}

function addOptions(command: Command): Command {
  return command
    .option("--store <id>", "id or name of the store, where several know it")
    .option("--dry-run", "say what would go and change nothing")
    .option("--yes", "do it; it cannot be undone")
    .option("--json", "print for programs");
}

function isMeant({ yes, dryRun }: Options): boolean {
  return yes === true && dryRun !== true;
}

/** Several rows with one address in one store are one person. */
async function chooseCustomers(db: Database, reference: string, store: string | undefined) {
  const storeId = store === undefined ? null : (await chooseStore(db, store)).id;
  const found = await findCustomers(db.pool, reference, storeId);
  const [first] = found;
  if (first === undefined) {
    throw new CommandError(
      "No customer has that e-mail address or id. Orders that were anonymised name none; erase those by their number.",
    );
  }
  if (found.some((customer: NamedCustomer) => customer.storeId !== first.storeId))
    throw new CommandError("Several stores have that customer. Add --store <id>, once for each.");
  return { storeId: first.storeId, customerIds: found.map(({ id }) => id) };
}

function report(terminal: Terminal, options: Options, erased: Erased): void {
  const done = isMeant(options);
  if (options.json === true) terminal.print(JSON.stringify({ erased: done, ...erased }));
  else {
    const { orders, customers, shipments, scans, messages, bodies } = erased;
    const what = `${orders} orders, ${customers} customers, ${shipments} parcels, ${scans} scans, ${messages} messages and ${bodies} raw bodies`;
    terminal.print(done ? `Erased: ${what}.` : `To be erased: ${what}.`);
  }
  if (!done && options.dryRun !== true)
    terminal.fail("Nothing was erased. Say --yes to erase it; it cannot be undone.");
}
