/** One field of a connection: form, environment name, documentation and masking come from this one list. */
export interface CredentialField {
  readonly name: string;
  readonly label: string;
  readonly doc: string;
  readonly secret: boolean;
  readonly required: boolean;
  readonly default?: string;
}

/** The fields of one connection, checked against its connector's `CredentialField` list. Never logged. */
export type Credentials = Readonly<Record<string, string>>;
