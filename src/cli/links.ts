import type { Command } from "commander";
import { handOutLinks, revokeLinks } from "../orders/order-links.js";
import { createTrackingLinks } from "../orders/tracking-links.js";
import { chooseOrder } from "./choose.js";
import { runCommand } from "./command-error.js";
import { type UseInstallation, useInstallation } from "./open-installation.js";
import type { Terminal } from "./terminal.js";

interface Options {
  readonly store?: string;
  readonly json?: true;
}

/** `waybill links show|revoke`: the addresses of an order's tracking page. Both are written to the audit log. */
export function registerLinks(program: Command, terminal: Terminal, use: UseInstallation = useInstallation): void {
  const links = program.command("links").description("show and revoke the links of an order's tracking page");

  links
    .command("show")
    .description("print the tracking link of an order, and a new short one")
    .argument("<order>", "number or id of the order")
    .option("--store <id>", "id or name of the store, where several have that number")
    .option("--json", "print for programs")
    .action((reference: string, { store, json }: Options) =>
      runCommand(terminal, () =>
        use(async ({ db, config, now, loadRing, actor }) => {
          const order = await chooseOrder(db, reference, store);
          const maker = createTrackingLinks(await loadRing(), config.publicUrl, { now });
          const { trackingUrl, shortUrl } = await db.transaction((tx) => handOutLinks(tx, order, maker, actor));
          if (json === true) {
            return terminal.print(JSON.stringify({ orderId: order.id, number: order.number, trackingUrl, shortUrl }));
          }
          terminal.print(trackingUrl);
          terminal.print(shortUrl);
        }),
      ),
    );

  links
    .command("revoke")
    .description("make every link of an order worthless, long and short ones")
    .argument("<order>", "number or id of the order")
    .option("--store <id>", "id or name of the store, where several have that number")
    .option("--json", "print for programs")
    .action((reference: string, { store, json }: Options) =>
      runCommand(terminal, () =>
        use(async ({ db, actor }) => {
          const order = await chooseOrder(db, reference, store);
          await db.transaction((tx) => revokeLinks(tx, order, actor));
          if (json === true) return terminal.print(JSON.stringify({ orderId: order.id, revoked: true }));
          terminal.print(`All links of order ${order.number} are revoked. New ones: waybill links show ${order.id}`);
        }),
      ),
    );
}
