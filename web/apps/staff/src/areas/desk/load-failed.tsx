/** A part that could not be loaded: why, and a way to try once more. */
import { useWords } from "@balie/i18n";
import { Button } from "@balie/ui";
import { wordsFor } from "../../server/words-for";

export function LoadFailed({ error, onAgain }: { error: unknown; onAgain: () => void }) {
  const { t } = useWords();
  return (
    <p className="load-failed" role="alert">
      {wordsFor(error, t)}{" "}
      <Button small look="quiet" onPress={onAgain}>
        {t("common.again")}
      </Button>
    </p>
  );
}
