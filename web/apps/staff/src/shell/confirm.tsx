/**
 * One question with one clear answer; Enter gives it, Escape does not. Where the answer throws something away, Enter
 * keeps it. A refusal is told in the question itself.
 */
import { useWords } from "@balie/i18n";
import { Button, Dialog } from "@balie/ui";
import { useState } from "react";
import { wordsFor } from "../server/words-for";

export interface ConfirmProps {
  title: string;
  words: string;
  doIt: string;
  onClose: () => void;
  onConfirm: () => Promise<void>;
  /** Something is lost by it. */
  loses?: boolean;
  /** Why it was refused before it was asked here. */
  refusal?: unknown;
}

export function Confirm({ title, words, doIt, onClose, onConfirm, loses = false, refusal }: ConfirmProps) {
  const { t } = useWords();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(refusal ?? null);

  async function confirm() {
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
    } catch (refused) {
      setError(refused);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog title={title} closeLabel={t("common.close")} onClose={onClose} size="small">
      <p className="b-muted">{words}</p>
      {error !== null && (
        <p className="b-error" role="alert">
          {wordsFor(error, t)}
        </p>
      )}
      <div className="b-dialog-answers">
        <Button autoFocus={loses} onPress={onClose}>
          {t("common.cancel")}
        </Button>
        <Button look={loses ? "danger" : "primary"} autoFocus={!loses} isDisabled={busy} onPress={confirm}>
          {doIt}
        </Button>
      </div>
    </Dialog>
  );
}
