import type { LocalAnswer } from "../local-server.js";

/** An error as RFC 9457 has it, which is how all APIs of DHL say no. */
export function problem(status: number, title: string, detail: string, instance?: string): LocalAnswer {
  return {
    status,
    headers: { "content-type": "application/problem+json" },
    body: { status, title, detail, ...(instance !== undefined && { instance }) },
  };
}
