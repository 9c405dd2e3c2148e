// The one way to the gateway: every call of the interface goes through request(), which adds the CSRF
// header and the idempotency key, reads problems into ApiError and notices what is not available.
import { isPart, markMissing, markPresent, partOf } from "./availability";
import { ApiError, networkProblem, readProblem } from "./problem";

export type QueryValue = string | number | boolean | null | undefined;

export interface RequestOptions {
  query?: Record<string, QueryValue>;
  body?: unknown;
  /** The version the caller read; sent as If-Match. */
  version?: number;
  /** One key per intent: a repeated POST with the same key is carried out once. Made up when absent. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

let csrfToken: string | null = null;
let signedOut: () => void = () => undefined;

export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** What to do when any call is answered 401: the session ended. */
export function onSignedOut(react: () => void): void {
  signedOut = react;
}

export function newKey(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function withQuery(path: string, query: Record<string, QueryValue> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${path}${path.includes("?") ? "&" : "?"}${text}` : path;
}

export async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const headers = new Headers({ Accept: "application/json" });
  let body: BodyInit | undefined;
  if (options.body instanceof FormData) {
    body = options.body;
  } else if (options.body !== undefined) {
    headers.set("Content-Type", "application/json");
    body = JSON.stringify(options.body);
  }
  if (method !== "GET" && csrfToken) headers.set("X-CSRF-Token", csrfToken);
  if (method === "POST") headers.set("Idempotency-Key", options.idempotencyKey ?? newKey());
  if (options.version !== undefined) headers.set("If-Match", `"${options.version}"`);

  let response: Response;
  try {
    response = await fetch(withQuery(path, options.query), {
      method,
      headers,
      body,
      signal: options.signal,
      credentials: "same-origin",
    });
  } catch (reason) {
    if (options.signal?.aborted) throw reason;
    markMissing("gateway");
    throw new ApiError(networkProblem(reason));
  }
  markPresent("gateway");
  const part = partOf(path);
  if (!response.ok) {
    const problem = await readProblem(response);
    if (response.status === 401 && path !== "/v1/session") signedOut();
    if (response.status === 503 || response.status === 504) noteUnavailable(problem.code, problem.service, part);
    throw new ApiError(problem);
  }
  if (part) markPresent(part);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

function noteUnavailable(code: string, service: unknown, part: ReturnType<typeof partOf>): void {
  if (code.includes("broker") || service === "broker") markMissing("broker");
  else if (isPart(service)) markMissing(service);
  else if (part) markMissing(part);
}
