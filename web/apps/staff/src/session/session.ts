/** Who is signed in and for which organisation. The cookie is the server's business; nothing is kept here. */
import { Refusal, type Session } from "@balie/api";
import { type Language, nearestLanguage, setLanguage } from "@balie/i18n";
import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { api } from "../server/api";
import { cache } from "../server/cache";
import { leaving, signedIn } from "../server/sign-in-need";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async () => {
    const session = await api.answer(api.http.GET("/api/v1/session"));
    await welcome(session);
    return session;
  },
  staleTime: Number.POSITIVE_INFINITY,
});

export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

export async function signIn(email: string, password: string): Promise<Session> {
  const session = await api.answer(api.http.POST("/api/v1/session", { body: { email, password } }));
  await welcome(session);
  cache.setQueryData(sessionQuery.queryKey, session);
  return session;
}

/**
 * Leaves, and takes everything that was on the screen or kept for it along: but only when the server says that the
 * session is over, because somebody else may use this computer next.
 */
export async function signOut(): Promise<void> {
  const stay = leaving();
  try {
    await api.answer(api.http.DELETE("/api/v1/session"));
  } catch (error) {
    if (!(error instanceof Refusal && error.signInNeeded)) {
      stay();
      throw error;
    }
  }
  sessionStorage.clear();
  globalThis.location.assign("/sign-in");
}

/** Goes on in another organisation; the page starts anew, because nothing of the first may stay. */
export async function switchOrganisation(organisation: string): Promise<void> {
  await api.answer(
    api.http.POST("/api/v1/session/organisation", { body: { organisation_id: organisation } }),
  );
  globalThis.location.assign("/");
}

export async function speak(language: Language): Promise<void> {
  await setLanguage(language);
  const session = await api.answer(api.http.PATCH("/api/v1/session/person", { body: { language } }));
  cache.setQueryData(sessionQuery.queryKey, session);
}

async function welcome(session: Session): Promise<void> {
  await setLanguage(nearestLanguage(session.person.language));
  signedIn();
}
