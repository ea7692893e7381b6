// Sends the first question. Keeps trying with the same reference while the line or the server fails, so that a question
// sent twice still begins one conversation. Stops at a refusal that the visitor has to do something about.

import type { Api } from "./api";
import { pause } from "./chat/link";
import type { Begin, Begun } from "./contract";
import { codeOf, PASSING } from "./refused";

/** The new conversation, or null when cancelled. `trouble` hears each failure that passes by itself. */
export async function begin(
  api: Api,
  body: Begin,
  cancelled: AbortSignal,
  trouble: (code: string) => void,
): Promise<Begun | null> {
  for (let attempt = 0; !cancelled.aborted; attempt += 1) {
    try {
      const begun = await api.begin(body);
      return cancelled.aborted ? null : begun;
    } catch (error) {
      const code = codeOf(error);
      if (cancelled.aborted) return null;
      if (!PASSING.has(code)) throw error;
      trouble(code);
      await rest(pause(attempt + 1, Math.random()), cancelled);
    }
  }
  return null;
}

function rest(milliseconds: number, cancelled: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done);
    cancelled.addEventListener("abort", done, { once: true });
  });
}
