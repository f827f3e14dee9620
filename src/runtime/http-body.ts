import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { HttpError, type HttpResponse } from "./http-client.js";

const gunzipAsync = promisify(gunzip);

/**
 * Undoes gzip, never into more than `maxBytes` (a small body can unpack to gigabytes). Any other encoding is left as it
 * is, with its header. @throws HttpError
 */
export async function decodeBody(response: HttpResponse, maxBytes: number, host: string): Promise<HttpResponse> {
  const encoding = response.headers["content-encoding"]?.trim().toLowerCase();
  if ((encoding !== "gzip" && encoding !== "x-gzip") || response.body.length === 0) return response;
  try {
    const body = await gunzipAsync(response.body, { maxOutputLength: maxBytes });
    return {
      ...response,
      headers: { ...response.headers, "content-encoding": undefined, "content-length": undefined },
      body,
    };
  } catch (error) {
    if (error instanceof RangeError)
      throw new HttpError("too_large", `The answer of ${host} unpacks to more than ${maxBytes} bytes.`, true);
    throw new HttpError("connection", `The answer of ${host} is damaged: its gzip cannot be read.`, true);
  }
}
