const words = (text: string): readonly string[] => text.split(" ");

/** A field whose name, without case and punctuation, contains one of these or is one of these holds a secret. */
const SECRET_PARTS =
  "authorization credential secret password passwd passphrase token signature apikey accesskey privatekey signingkey " +
  "encryptionkey cookie session databaseurl sealed";
const SECRET_NAMES = "key keys auth pwd pass jwt otp pin hmac";

/** The same for personal data. A log line about people needs none of it: an id finds the person. */
const PERSONAL_PARTS = "email phone recipient address street postalcode birthday receivedby signedby";
const PERSONAL_NAMES =
  "name firstname lastname fullname givenname familyname surname username displayname customername contactname " +
  "companyname mail mobile tel telephone msisdn line1 line2 line3 zip postcode ip to cc bcc body rawbody";

const PARTS = words(`${SECRET_PARTS} ${PERSONAL_PARTS}`);
const NAMES = new Set(words(`${SECRET_NAMES} ${PERSONAL_NAMES}`));

/** Whether a field of this name holds a secret or personal data, whatever its spelling (`X-Api-Key`, `apiKey`, `API_KEY`). */
export function isTellingName(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  return NAMES.has(plain) || PARTS.some((part) => plain.includes(part));
}
