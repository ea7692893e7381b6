/** The typed client: every call either gives the answer or throws a Refusal. Never retries and never caches. */
import createClient, { type Client } from "openapi-fetch";
import { Refusal, refusalFrom } from "./refusal";
import type { paths } from "./schema";
import type { Attachment } from "./types";

type Outcome<T> = { data?: T; error?: unknown; response: Response };

export interface Api {
  http: Client<paths>;
  /** Waits for the call and gives its answer, or throws a Refusal. */
  answer<T>(call: Promise<Outcome<T>>): Promise<T>;
  /** Sends one file of a contact; the server looks what it really is. */
  upload(contact: string, file: File, signal?: AbortSignal): Promise<Attachment>;
}

export interface ApiOptions {
  baseUrl?: string;
  fetch?: (request: Request) => Promise<Response>;
  /** Called on every answer that says nobody is signed in any more. */
  onSignInNeeded?: () => void;
}

export function createApi(options: ApiOptions = {}): Api {
  const send = options.fetch ?? ((request: Request) => globalThis.fetch(request));
  const baseUrl = options.baseUrl ?? globalThis.location?.origin ?? "";
  const http = createClient<paths>({ baseUrl, fetch: send, credentials: "same-origin" });

  async function answer<T>(call: Promise<Outcome<T>>): Promise<T> {
    const outcome = await call.catch((): never => {
      throw new Refusal({ code: "unreachable" });
    });
    if (outcome.response.ok) return outcome.data as T;
    throw refused(outcome.response, outcome.error);
  }

  async function upload(contact: string, file: File, signal?: AbortSignal): Promise<Attachment> {
    const form = new FormData();
    form.set("contact_id", contact);
    form.set("file", file, file.name);
    const request = new Request(`${baseUrl}/api/v1/attachments`, {
      method: "POST",
      body: form,
      credentials: "same-origin",
      ...(signal && { signal }),
    });
    const response = await send(request).catch((): never => {
      throw new Refusal({ code: "unreachable" });
    });
    const body: unknown = await response.json().catch(() => null);
    if (response.ok) return body as Attachment;
    throw refused(response, body);
  }

  function refused(response: Response, body: unknown): Refusal {
    const refusal = refusalFrom(response, body);
    if (refusal.signInNeeded) options.onSignInNeeded?.();
    return refusal;
  }

  return { http, answer, upload };
}

/** Where the browser gets the content of an attachment. */
export function attachmentAddress(id: string): string {
  return `/api/v1/attachments/${encodeURIComponent(id)}`;
}
