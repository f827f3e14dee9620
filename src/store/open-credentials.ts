import type { Credentials } from "../runtime/credentials.js";
import { deriveKeyRing, type KeyRing, openSecret, SealError, sealSecret } from "../runtime/sealing.js";
import type { ConnectionRow } from "./connections.js";

/**
 * Seals the credentials of a connection for `connections.credentials_sealed`. `ring` is the installation's, as
 * `loadKeyRing` gives it; the key of this purpose is derived here. The seal opens for this connection only.
 */
export function sealCredentials(ring: KeyRing, connectionId: string, credentials: Credentials): Buffer {
  return Buffer.from(
    sealSecret(deriveKeyRing(ring, "credentials"), JSON.stringify(credentials), associatedData(connectionId)),
  );
}

/**
 * Opens the credentials of a connection. `ring` is the installation's, as `loadKeyRing` gives it.
 * @throws SealError when they were sealed under another key or for another connection
 */
export function openCredentials(
  ring: KeyRing,
  connection: Pick<ConnectionRow, "id" | "credentialsSealed">,
): Credentials {
  const ringOfCredentials = deriveKeyRing(ring, "credentials");
  const opened = openSecret(ringOfCredentials, connection.credentialsSealed, associatedData(connection.id));
  const value: unknown = JSON.parse(Buffer.from(opened).toString("utf8"));
  if (!isCredentials(value)) throw new SealError("What was sealed are no credentials.");
  return value;
}

function associatedData(connectionId: string): string {
  return `connection:${connectionId}`;
}

function isCredentials(value: unknown): value is Credentials {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((field) => typeof field === "string")
  );
}
