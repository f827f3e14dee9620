import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { CONTROL_ROUTES } from "./control.js";
import { FAULT_KINDS, FAULTY_CALLS } from "./faults.js";
import { JOURNEYS } from "./journey-list.js";
import { MailFault } from "./mail-catcher/mail-faults.js";
import { SANDBOX_CARRIERS } from "./parcel.js";

const doc = new URL("../../docs/sandbox.md", import.meta.url);

test("docs/sandbox.md has a row for every carrier, journey, call, fault and mail fault, and for no other", async () => {
  const rows = [...(await readFile(doc, "utf8")).matchAll(/^\| `([a-z_-]+)` \|/gm)].map(([, name]) => name);
  const mailKinds = MailFault.options.map(({ shape }) => shape.kind.value);
  expect(rows).toEqual([
    ...SANDBOX_CARRIERS,
    ...JOURNEYS.map(({ code }) => code),
    "call",
    ...FAULTY_CALLS,
    "kind",
    ...FAULT_KINDS,
    "kind",
    ...mailKinds,
  ]);
});

test("docs/sandbox.md names every request of the control API, and no other", async () => {
  const text = await readFile(doc, "utf8");
  const section = text.slice(text.indexOf("## Control API"), text.indexOf("## The mail catcher"));
  const named = [...section.matchAll(/`(GET|POST|DELETE) \/_sandbox\/([^`]+)`/g)].map(([, method, path]) =>
    `${method} ${path}`.replace("<carrier>", ":carrier").replace("<number>", ":number"),
  );
  expect([...new Set(named)].toSorted()).toEqual([...CONTROL_ROUTES].toSorted());
});
