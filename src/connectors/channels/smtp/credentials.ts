import type { CredentialField, Credentials } from "../../../runtime/credentials.js";

/** What an SMTP connection needs. */
export const SMTP_CREDENTIALS: readonly CredentialField[] = [
  { name: "host", label: "Host", doc: "Name of the mail server.", secret: false, required: true },
  {
    name: "port",
    label: "Port",
    doc: "587 with STARTTLS, 465 with TLS from the start.",
    secret: false,
    required: true,
    default: "587",
  },
  {
    name: "tls",
    label: "TLS",
    doc: "`starttls` (demanded, never skipped), `implicit`, or `none` for a server on this machine.",
    secret: false,
    required: true,
    default: "starttls",
  },
  { name: "user", label: "User", doc: "Leave out for a server that asks for none.", secret: false, required: false },
  { name: "password", label: "Password", doc: "Password or app password of the user.", secret: true, required: false },
  {
    name: "fromName",
    label: "Sender name",
    doc: "What mail programs show as sender. Default: the store's name.",
    secret: false,
    required: false,
  },
  {
    name: "fromAddress",
    label: "Sender address",
    doc: "An address of the store's own domain.",
    secret: false,
    required: true,
  },
  {
    name: "replyTo",
    label: "Reply address",
    doc: "Where answers go. Default: the sender.",
    secret: false,
    required: false,
  },
];

const CONNECT_MS = 30_000;
const GREETING_MS = 15_000;
const SOCKET_MS = 60_000;

/** Options of nodemailer for these credentials. @throws RangeError with a sentence when they do not fit together */
export function toTransportOptions(credentials: Credentials) {
  const { host, user, password } = credentials;
  const port = Number(credentials["port"] ?? "587");
  const tls = credentials["tls"] ?? "starttls";
  if (host === undefined || host === "") throw new RangeError("An SMTP connection needs a host.");
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new RangeError("The SMTP port must be a number from 1 to 65535.");
  if (!["starttls", "implicit", "none"].includes(tls))
    throw new RangeError("The SMTP field tls must be starttls, implicit or none.");
  return {
    host,
    port,
    secure: tls === "implicit",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    ...(user !== undefined && user !== "" && { auth: { user, pass: password ?? "" } }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: GREETING_MS,
    socketTimeout: SOCKET_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
