import { expect, test } from "vitest";
import { checkCredentials, credentialVariable } from "./check-credentials.js";
import type { CredentialField } from "./credentials.js";

const field = (name: string, more: Partial<CredentialField> = {}): CredentialField => ({
  name,
  label: name.toUpperCase(),
  doc: "",
  secret: false,
  required: false,
  ...more,
});
const FIELDS = [
  field("clientId", { required: true }),
  field("secret", { secret: true }),
  field("port", { required: true, default: "587" }),
];

test("what is given is kept without blanks around it; what is empty or has a default is not made up", () => {
  expect(checkCredentials(FIELDS, { clientId: " a ", secret: "" })).toEqual({
    ok: true,
    credentials: { clientId: "a" },
  });
});

test("every fault is named at once, and no value is in any of them", () => {
  const checked = checkCredentials(FIELDS, { clientid: "hunter2", secret: "hunter2\nx", port: "9".repeat(5_000) });
  expect(checked).toEqual({
    ok: false,
    faults: [
      'There is no field "clientid". Did you mean clientId?',
      "clientId (CLIENTID) is missing.",
      "secret must be a single line.",
      "port is longer than 4000 characters.",
    ],
  });
});

test("names of every object are no fields", () => {
  expect(checkCredentials([field("toString", { required: true })], {})).toMatchObject({ ok: false });
  expect(checkCredentials(FIELDS, JSON.parse('{"clientId":"a","__proto__":"b"}'))).toMatchObject({ ok: false });
});

test("variables are named after connector and field, and never begin as our settings do", () => {
  expect(credentialVariable("fedex", "clientSecret")).toBe("FEDEX_CLIENT_SECRET");
  expect(credentialVariable("web-push", "vapidKey")).toBe("WEB_PUSH_VAPID_KEY");
});
