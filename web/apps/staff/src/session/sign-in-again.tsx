/** The session ended while somebody was at work: sign in over the work, so that nothing written is lost. */
import type { Session } from "@balie/api";
import { useWords } from "@balie/i18n";
import { Button, Dialog } from "@balie/ui";
import { cache } from "../server/cache";
import { useSignInNeeded } from "../server/sign-in-need";
import { useSignOut } from "../shell/sign-out";
import { sessionQuery } from "./session";
import { SignInForm } from "./sign-in-form";
import "./sign-in.css";

export function SignInAgain({ before, onBack }: { before: Session; onBack: () => void }) {
  const { t } = useWords();
  const needed = useSignInNeeded();
  const { leave, question } = useSignOut();
  if (!needed) return null;

  function back() {
    const now = cache.getQueryData(sessionQuery.queryKey);
    const same = now?.person.id === before.person.id && now.organisation.id === before.organisation.id;
    if (same) return onBack();
    sessionStorage.clear();
    globalThis.location.assign("/");
  }

  return (
    <Dialog title={t("signIn.again")} closeLabel="" onClose={() => undefined} size="small" stays>
      <p className="b-muted">{t("signIn.againIntro")}</p>
      <SignInForm email={before.person.email} onSignedIn={back} />
      <Button look="quiet" small onPress={leave}>
        {t("signIn.leave")}
      </Button>
      {question}
    </Dialog>
  );
}
