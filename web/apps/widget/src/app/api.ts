// The calls to the server over HTTP. The token goes in a header and never in an address. Every failure comes out as a
// Refused with a code; a line that does not work is code "offline".

import type { Again, Attachment, Begin, Begun, Config } from "./contract";
import { Refused } from "./refused";

const ROOT = "/api/v1/chat";

export class Api {
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  config(language: string): Promise<Config> {
    return this.#json(`${ROOT}/${this.#key}/config?language=${language}`, {});
  }

  begin(body: Begin): Promise<Begun> {
    return this.#json(`${ROOT}/${this.#key}/conversations`, post(body));
  }

  async again(token: string, body: Again): Promise<void> {
    await call(`${ROOT}/conversations/again`, withToken(token, post(body)));
  }

  async mailTranscript(token: string, email: string): Promise<void> {
    await call(`${ROOT}/transcript/mail`, withToken(token, post({ email })));
  }

  transcript(token: string): Promise<Response> {
    return call(`${ROOT}/transcript`, withToken(token, {}));
  }

  async file(token: string, id: string): Promise<Blob> {
    return (await call(`${ROOT}/attachments/${encodeURIComponent(id)}`, withToken(token, {}))).blob();
  }

  /** Sends a file, telling how far it is (0 to 1). Only XMLHttpRequest can tell that. */
  upload(
    token: string,
    file: File,
    progress: (part: number) => void,
    signal: AbortSignal,
  ): Promise<Attachment> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", `${ROOT}/attachments`);
      request.setRequestHeader("Authorization", `Bearer ${token}`);
      request.responseType = "json";
      request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
      request.onload = () =>
        request.status < 300 ? resolve(request.response) : reject(refusal(request.status, request.response));
      request.onerror = () => reject(new Refused("offline"));
      signal.addEventListener("abort", () => request.abort());
      const form = new FormData();
      form.append("file", file, file.name);
      request.send(form);
    });
  }

  async #json<T>(address: string, options: RequestInit): Promise<T> {
    return (await call(address, options)).json() as Promise<T>;
  }
}

/** Where the socket lives: the same host as this page. */
export function liveAddress(): string {
  return `${location.origin.replace(/^http/, "ws")}${ROOT}/live`;
}

function post(body: object): RequestInit {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

function withToken(token: string, options: RequestInit): RequestInit {
  return { ...options, headers: { ...options.headers, Authorization: `Bearer ${token}` } };
}

async function call(address: string, options: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(address, { ...options, credentials: "omit", cache: "no-store" });
  } catch {
    throw new Refused("offline");
  }
  if (answer.ok) return answer;
  throw refusal(answer.status, await answer.json().catch(() => null));
}

/** What a server, or a proxy in front of it, says when it refuses. */
function refusal(status: number, problem: unknown): Refused {
  const { code, fields } = (problem ?? {}) as { code?: string; fields?: { field: string }[] };
  if (code)
    return new Refused(
      code,
      (fields ?? []).map(({ field }) => field),
    );
  if (status === 413) return new Refused("too_large");
  if (status === 429) return new Refused("too_many_requests");
  return new Refused(
    status >= 502 && status <= 504 ? "unavailable" : status === 404 ? "not_found" : "internal",
  );
}
