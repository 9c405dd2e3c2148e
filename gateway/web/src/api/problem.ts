// What the gateway says when it refuses: RFC 9457 problem details as one error class, so that every
// screen can show the same three things (title, detail, request id) and code can switch on `code`.

export interface FieldProblem {
  pointer?: string;
  code?: string;
  message: string;
  hint?: string | null;
}

export interface Problem {
  type?: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  errors: FieldProblem[];
  request_id: string | null;
  /** Which service could not be reached, on a 503. */
  service?: string;
  [more: string]: unknown;
}

export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ? `${problem.title}: ${problem.detail}` : problem.title);
    this.name = "ApiError";
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }

  get code(): string {
    return this.problem.code;
  }
}

const TITLES: Record<number, string> = {
  0: "Rapport cannot be reached",
  400: "The request was not understood",
  401: "You are signed out",
  403: "You may not do this",
  404: "Not found",
  412: "Someone else changed this first",
  413: "That is too large",
  429: "Too many requests",
  500: "Something went wrong",
  502: "Rapport is starting or stopping",
  503: "A part of Rapport is not available",
  504: "That took too long",
};

/** Reads a refused answer, whatever produced it; a proxy's HTML page becomes a plain problem too. */
export async function readProblem(response: Response): Promise<Problem> {
  const fallback: Problem = {
    title: TITLES[response.status] ?? `Error ${response.status}`,
    status: response.status,
    code: `http_${response.status}`,
    detail: "",
    errors: [],
    request_id: response.headers.get("X-Request-Id"),
  };
  if (!(response.headers.get("Content-Type") ?? "").includes("json")) return fallback;
  try {
    const body = (await response.json()) as Partial<Problem>;
    return { ...fallback, ...body, errors: Array.isArray(body.errors) ? body.errors : [] } as Problem;
  } catch {
    return fallback;
  }
}

export function networkProblem(reason: unknown): Problem {
  return {
    title: TITLES[0]!,
    status: 0,
    code: "network",
    detail: "The connection failed. Your change was not saved; try again in a moment.",
    errors: [],
    request_id: null,
    reason: String(reason),
  };
}

/** Any thrown thing as a problem, for the places that show errors. */
export function asProblem(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  return {
    title: "Something went wrong in this page",
    status: 0,
    code: "client",
    detail: error instanceof Error ? error.message : String(error),
    errors: [],
    request_id: null,
  };
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof ApiError && error.code === code;
}

export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status;
}
