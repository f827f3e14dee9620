import type { Carrier, CarrierPush, StatusCode } from "../../src/connectors/carriers/contract.js";
import { subStatusRow } from "../../src/domain/status.js";
import { credentialVariable } from "../../src/runtime/check-credentials.js";

/** A row of `docs/carriers/differences.tsv`: why a code is mapped otherwise than the carrier's own documents suggest. */
export interface Difference {
  readonly carrier: string;
  readonly key: string;
  readonly ours: string;
  readonly reason: string;
}

/** What `docs/carriers/<carrier>.md` must hold: codes and our own words, never the carrier's texts. Pure. */
export function carrierPage(carrier: Carrier, differences: readonly Difference[]): string {
  const reasons = new Map(
    differences.filter((row) => row.carrier === carrier.code).map(({ key, reason }) => [key, reason]),
  );
  const blocks = [
    `# ${carrier.name}`,
    `Made from the code; [how to make it again](../contributing/add-a-carrier.md#publish-its-codes).`,
    introduction(carrier),
    "## Connection",
    `\`waybill connections add ${carrier.code}\` takes these fields, from the environment or as \`--set <field>=<value>\`. ` +
      "Secrets come from the environment or from standard input only.",
    connectionTable(carrier),
    "## Tracking numbers",
    ...numbers(carrier),
    ...testNumbers(carrier),
    "## Codes",
    codesIntroduction(carrier, reasons.size > 0),
    ...codeTables(carrier, reasons),
  ];
  return `${blocks.join("\n\n")}\n`;
}

/** A code's meaning as the command line and `differences.tsv` write it: `exception/delayed`, or `information`. */
export function writtenMeaning({ status, subStatus }: StatusCode): string {
  return subStatus === "" ? status : `${status}/${subStatus}`;
}

/** The table of a key: what stands before its colon, `""` where there is none. */
function tableOf(key: string): string {
  const colon = key.indexOf(":");
  return colon === -1 ? "" : key.slice(0, colon);
}

function introduction({ code, poll, push, statusCodes }: Carrier): string {
  return [
    `- In commands, addresses and the API: \`${code}\``,
    `- Poll: ${poll === undefined ? "no" : `yes, ${poll.batchSize === 1 ? "one number" : `up to ${poll.batchSize} numbers`} a call`}`,
    `- Push: ${push === undefined ? "no" : `yes${pushExtras(push)}`}`,
    `- Codes: ${statusCodes.length}, also printed by \`waybill carriers codes ${code}\` (\`--json\` for programs)`,
  ].join("\n");
}

function pushExtras({ token, challenge, activation, signingKeys }: CarrierPush): string {
  const extras = [
    token && "answers the carrier's token requests",
    challenge && "answers the carrier's challenge to a new address",
    activation && "confirms a new subscription when the carrier asks",
    signingKeys && "fetches the keys that the carrier publishes and signs with",
  ].filter((extra) => extra !== undefined);
  return extras.length === 0 ? "" : `; Waybill ${extras.join(" and ")}`;
}

function connectionTable({ code, credentials }: Carrier): string {
  const rows = credentials.map(({ name, label, doc, secret, required, default: fallback }) => [
    `\`${name}\``,
    `\`${credentialVariable(code, name)}\``,
    `${label}. ${doc}`,
    [required ? "required" : "optional", ...(secret ? ["**secret**"] : [])].join(", "),
    fallback === undefined ? "" : `\`${fallback}\``,
  ]);
  return markdownTable(["Field", "Variable", "What it is", "Kind", "Default"], rows);
}

function numbers(carrier: Carrier): string[] {
  if (carrier.numberFormats.length === 0)
    return [`${carrier.name} has no numbers of its own: a shipment states the carrier that has the parcel.`];
  return ["A number that fits a format makes the carrier a candidate. Every example is tested.", numberTable(carrier)];
}

function numberTable({ numberFormats }: Carrier): string {
  const rows = numberFormats.map(({ name, checkDigit, examples }) => [
    name,
    checkDigit === undefined ? "none" : "checked",
    String(examples.length),
  ]);
  return markdownTable(["Format", "Check digit", "Examples"], rows);
}

function testNumbers({ code, name, testNumbers: documented }: Carrier): string[] {
  if (documented === undefined) return [];
  const rows = documented.numbers.map(({ trackingNumber, shows }) => [
    `\`${trackingNumber}\``,
    shows ?? "not documented",
  ]);
  return [
    "### Test numbers",
    `What ${name} documents for tests, in its sandbox or with a test key. \`waybill connections check ${code}\` asks about the first of them ` +
      "where a connection leads there.",
    markdownTable(["Number", "Stands for"], rows),
  ];
}

function codesIntroduction({ name, statusCodes }: Carrier, hasReasons: boolean): string {
  const sentences = [
    "`information` is known and moves nothing. A code that is not here has no status: it is kept, counted and shown by " +
      "`waybill carriers --unmapped`. What a scan says besides its code can make its meaning sharper than the row.",
    "Statuses and sub-statuses are explained in the [glossary](../../GLOSSARY.md).",
  ];
  if (statusCodes.some(({ revokesDelivery }) => revokesDelivery === true))
    sentences.push("*Revokes a delivery*: moves a parcel that was delivered before.");
  if (statusCodes.some(({ cancelsReturn }) => cancelsReturn === true))
    sentences.push("*Cancels a return*: the parcel goes to the recipient after all.");
  if (hasReasons)
    sentences.push(
      `A sentence in the last column says why we read a code otherwise than ${name}'s documents suggest; ` +
        "[differences.tsv](differences.tsv) holds them for programs.",
    );
  return sentences.map((sentence) => `- ${sentence}`).join("\n");
}

function codeTables(
  { statusCodes, codeTables: captions = {} }: Carrier,
  reasons: ReadonlyMap<string, string>,
): string[] {
  const names = new Set(statusCodes.map(({ key }) => tableOf(key)));
  const tables = [...names].map((table) => ({ table, codes: statusCodes.filter(({ key }) => tableOf(key) === table) }));
  const blocks = tables.flatMap(({ table, codes }) => [
    `### ${headingOf(table)}`,
    ...(captions[table] === undefined ? [] : [captions[table]]),
    codeTable(codes, reasons),
  ]);
  if (tables.length === 1) return blocks.slice(1);
  const contents = tables.map(({ table, codes }) => `- [${headingOf(table)}](#${headingOf(table)}): ${codes.length}`);
  return [`Tables, with their number of codes:\n\n${contents.join("\n")}`, ...blocks];
}

/** Its own anchor too: lower case, without blanks. */
function headingOf(table: string): string {
  return table === "" ? "plain" : table;
}

/** Sorted by key, so that a reader who has a code in hand finds it. */
function codeTable(codes: readonly StatusCode[], reasons: ReadonlyMap<string, string>): string {
  const rows = codes
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key, status, subStatus, revokesDelivery, cancelsReturn }) => [
      `\`${key}\``,
      status,
      subStatus,
      subStatus === "" ? "" : subStatusRow(subStatus).actor,
      [
        ...(revokesDelivery === true ? ["*Revokes a delivery.*"] : []),
        ...(cancelsReturn === true ? ["*Cancels a return.*"] : []),
        reasons.get(key) ?? "",
      ]
        .filter((note) => note !== "")
        .join(" "),
    ]);
  return markdownTable(["Code", "Status", "Sub-status", "Who must act", "Notes"], rows);
}

function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`);
  return [`| ${header.join(" | ")} |`, `|${"---|".repeat(header.length)}`, ...lines].join("\n");
}
