/** The one connection of this page to the server's calls, and what the server's clock says. */
import { createApi } from "@balie/api";
import { needSignIn } from "./sign-in-need";

let skewMs = 0;

export const api = createApi({ fetch: fetchAndSetClock, onSignInNeeded: needSignIn });

/** Now, by the server's clock: for everything that runs out. */
export function serverNow(): number {
  return Date.now() + skewMs;
}

/** The header is in whole seconds, so only a clock that is clearly off is put right. */
async function fetchAndSetClock(request: Request): Promise<Response> {
  const sent = Date.now();
  const response = await fetch(request);
  const said = Date.parse(response.headers.get("date") ?? "");
  if (Number.isFinite(said)) {
    const off = said + 500 - (sent + Date.now()) / 2;
    skewMs = Math.abs(off) > 2000 ? off : 0;
  }
  return response;
}
