import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { FAULT_KINDS } from "./faults.js";
import { JOURNEYS } from "./journey-list.js";
import { MailFault } from "./mail-catcher/mail-faults.js";

const doc = new URL("../../docs/sandbox.md", import.meta.url);

test("docs/sandbox.md has a row for every journey, fault and mail fault, and for no other", async () => {
  const rows = [...(await readFile(doc, "utf8")).matchAll(/^\| `([a-z_-]+)` \|/gm)].map(([, name]) => name);
  const mailKinds = MailFault.options.map(({ shape }) => shape.kind.value);
  expect(rows).toEqual([...JOURNEYS.map(({ code }) => code), "kind", ...FAULT_KINDS, "kind", ...mailKinds]);
});
