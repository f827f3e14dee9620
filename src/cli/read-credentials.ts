import { checkCredentials, credentialVariable } from "../runtime/check-credentials.js";
import type { CredentialField, Credentials } from "../runtime/credentials.js";
import { CommandError } from "./command-error.js";
import type { Terminal } from "./terminal.js";

const MAX_STDIN_BYTES = 64 * 1024;

/** Where a connection's fields may come from; the later one wins: environment, standard input, `--set`. */
export interface CredentialSources {
  readonly connector: string;
  readonly fields: readonly CredentialField[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fromStdin: boolean;
  /** `name=value`, for fields that are no secrets. */
  readonly set: readonly string[];
  /** What an existing connection has: kept where nothing else is given; a field given as empty is taken away. */
  readonly kept?: Credentials;
}

/** Credentials ready to be sealed, and the environment variables that some of them came from. */
export interface GivenCredentials {
  readonly credentials: Credentials;
  readonly variables: readonly string[];
}

/**
 * Gathers and checks a connection's fields. A secret on the command line is refused: others on this machine can read it
 * there, and the shell keeps it.
 * @throws CommandError with every fault in one sentence, none with a value
 */
export async function readCredentials(sources: CredentialSources, terminal: Terminal): Promise<GivenCredentials> {
  const { connector, fields } = sources;
  const { found, variables } = fromEnvironment(sources);
  const typed = parseSettings(sources.set, "--set");
  const exposed = fields.find(({ name, secret }) => secret && Object.hasOwn(typed, name));
  if (exposed !== undefined) {
    const variable = credentialVariable(connector, exposed.name);
    throw new CommandError(
      `${exposed.name} is a secret and must not be on the command line: use --from-stdin, or the variable ${variable}.`,
    );
  }
  const piped = sources.fromStdin ? parseInput(await readStdin(terminal)) : {};
  const checked = checkCredentials(fields, { ...sources.kept, ...found, ...piped, ...typed });
  if (checked.ok) return { credentials: checked.credentials, variables };
  throw new CommandError(
    `${checked.faults.join(" ")} Give it with --set, --from-stdin or ${exampleVariable(sources)}.`,
  );
}

/** The variables that would have to be set to give a connector's required fields, and whether any of them is. */
export function requiredVariables({ connector, fields, env }: Pick<CredentialSources, "connector" | "fields" | "env">) {
  const names = fields.filter(({ required }) => required).map(({ name }) => credentialVariable(connector, name));
  return { names, anyGiven: names.some((name) => (env[name] ?? "") !== "") };
}

function fromEnvironment({ connector, fields, env }: CredentialSources) {
  const found: Record<string, string> = {};
  const variables: string[] = [];
  for (const { name } of fields) {
    const variable = credentialVariable(connector, name);
    const value = env[variable];
    if (value === undefined || value === "") continue;
    found[name] = value;
    variables.push(variable);
  }
  return { found, variables };
}

/** A JSON object, or one `name=value` a line; empty lines and those that begin with # are skipped. */
function parseInput(text: string): Record<string, string> {
  if (!text.trimStart().startsWith("{")) {
    const lines = text.split(/\r?\n/).map((line) => line.trim());
    return parseSettings(
      lines.filter((line) => line !== "" && !line.startsWith("#")),
      "standard input",
    );
  }
  const values = Object.entries(parseObject(text));
  const wrong = values.find(([, value]) => !["string", "number", "boolean"].includes(typeof value));
  if (wrong !== undefined)
    throw new CommandError(`The value of ${JSON.stringify(wrong[0].slice(0, 60))} must be a text.`);
  return Object.fromEntries(values.map(([name, value]) => [name, String(value)]));
}

/** The engine's own error would show part of the text, which may be a secret. */
function parseObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // The sentence below says it.
  }
  throw new CommandError("Standard input begins like JSON but is no JSON object.");
}

function parseSettings(settings: readonly string[], where: string): Record<string, string> {
  const pairs = settings.map((setting) => {
    const equals = setting.indexOf("=");
    if (equals < 1) throw new CommandError(`Write each field of ${where} as name=value.`);
    return [setting.slice(0, equals).trim(), setting.slice(equals + 1)];
  });
  return Object.fromEntries(pairs);
}

async function readStdin({ stdin }: Terminal): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    size += chunk.byteLength;
    if (size > MAX_STDIN_BYTES)
      throw new CommandError("Standard input is larger than 64 KiB, which no credentials are.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function exampleVariable({ connector, fields }: CredentialSources): string {
  const field = fields.find(({ required }) => required) ?? fields[0];
  return `a variable such as ${credentialVariable(connector, field?.name ?? "")}`;
}
