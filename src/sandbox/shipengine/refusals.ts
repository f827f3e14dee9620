import { randomUUID } from "node:crypto";
import type { LocalAnswer } from "../local-server.js";

/** ShipEngine's error envelope. */
export function refuse(
  status: number,
  code: string,
  message: string,
  more: { readonly type?: string; readonly headers?: Record<string, string>; readonly fieldName?: string } = {},
): LocalAnswer {
  const { type = "validation", headers, fieldName } = more;
  const error = {
    error_source: "shipengine",
    error_type: type,
    error_code: code,
    message,
    ...(fieldName !== undefined && { field_name: fieldName }),
  };
  return { status, ...(headers && { headers }), body: { request_id: randomUUID(), errors: [error] } };
}

export const notFound = (): LocalAnswer => refuse(404, "not_found", "The requested resource was not found.");
