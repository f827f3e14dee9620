// Compiles src/notify/email/layout.mjml to layout.html beside it. The result is not committed; `npm run build` makes it.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import mjml2html from "mjml";

const folder = fileURLToPath(new URL("../src/notify/email/", import.meta.url));

// Slots are no values that MJML can validate, and a mail loads no fonts from anywhere.
const { html } = mjml2html(readFileSync(`${folder}layout.mjml`, "utf8"), {
  validationLevel: "skip",
  fonts: {},
  keepComments: false,
});
writeFileSync(`${folder}layout.html`, html.replace(/\n\s+/g, "\n"));
