/** What a person can be told when the server refuses or cannot be reached. The one error class of the screens. */
import type { Problem } from "./types";

/** Every call that does not succeed throws this; `code` is one of the server's codes or `unreachable`. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly fields: ReadonlyMap<string, string>;
  readonly retryAfter: number | null;

  constructor(problem: Partial<Problem>, retryAfter: number | null = null) {
    super(problem.detail ?? problem.title ?? problem.code ?? "unreachable");
    this.name = "Refusal";
    this.code = problem.code ?? "unreachable";
    this.status = problem.status ?? 0;
    this.detail = problem.detail ?? "";
    this.fields = new Map((problem.fields ?? []).map(({ field, message }) => [field, message]));
    this.retryAfter = retryAfter;
  }

  /** The server was not reached, or says that trying again is safe and may help. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  /** Nobody is signed in any more. A wrong password has another code. */
  get signInNeeded(): boolean {
    return this.code === "sign_in_needed";
  }
}

/** Reads a refusal out of an answer, also when something between us and the server made the answer. */
export function refusalFrom(response: Response, body: unknown): Refusal {
  const after = Number(response.headers.get("retry-after"));
  const retryAfter = Number.isFinite(after) && after > 0 ? after : null;
  if (isProblem(body)) return new Refusal({ ...body, status: response.status }, retryAfter);
  return new Refusal({ code: codeOf(response.status), status: response.status }, retryAfter);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && typeof (body as Problem).code === "string";
}

function codeOf(status: number): string {
  if (status === 401) return "sign_in_needed";
  if (status === 403) return "forbidden";
  if (status === 404) return "not_found";
  if (status === 413) return "too_large";
  if (status === 429) return "too_many_requests";
  return status >= 500 ? "unavailable" : "invalid";
}
