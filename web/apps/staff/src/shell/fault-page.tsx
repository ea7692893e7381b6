/** What is shown when a whole page cannot be: why, and what to do about it. */
import { useWords } from "@balie/i18n";
import { Button, EmptyState } from "@balie/ui";
import { wordsFor } from "../server/words-for";

export function FaultPage({ error }: { error: unknown }) {
  const { t } = useWords();
  return (
    <main className="fault">
      <EmptyState
        icon="offline"
        title={t("shell.faultTitle")}
        action={
          <Button look="primary" icon="refresh" onPress={() => globalThis.location.reload()}>
            {t("common.again")}
          </Button>
        }
      >
        {wordsFor(error, t)}
      </EmptyState>
    </main>
  );
}

export function LostPage() {
  const { t } = useWords();
  return (
    <main className="fault">
      <EmptyState
        icon="search"
        title={t("shell.lostTitle")}
        action={
          <Button look="primary" onPress={() => globalThis.location.assign("/")}>
            {t("shell.lostAction")}
          </Button>
        }
      >
        {t("shell.lostWords")}
      </EmptyState>
    </main>
  );
}
