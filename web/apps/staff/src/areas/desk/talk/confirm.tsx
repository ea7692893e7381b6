/** One question with one clear answer; Enter gives it, Escape does not. */
import { useWords } from "@balie/i18n";
import { Button, Dialog } from "@balie/ui";
import { useState } from "react";

export interface ConfirmProps {
  title: string;
  words: string;
  doIt: string;
  onClose: () => void;
  onConfirm: () => Promise<void>;
}

export function Confirm({ title, words, doIt, onClose, onConfirm }: ConfirmProps) {
  const { t } = useWords();
  const [busy, setBusy] = useState(false);
  return (
    <Dialog title={title} closeLabel={t("common.close")} onClose={onClose} size="small">
      <p className="b-muted">{words}</p>
      <div className="talk-answers">
        <Button onPress={onClose}>{t("common.cancel")}</Button>
        <Button
          look="primary"
          autoFocus
          isDisabled={busy}
          onPress={() => {
            setBusy(true);
            onConfirm().finally(() => setBusy(false));
          }}
        >
          {doIt}
        </Button>
      </div>
    </Dialog>
  );
}
