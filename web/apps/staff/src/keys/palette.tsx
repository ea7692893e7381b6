/** Everything that can be done now, found by typing a few letters. */
import { useWords } from "@balie/i18n";
import { Dialog, Kbd } from "@balie/ui";
import { Finder } from "@balie/ui/finder";
import { useState } from "react";
import { capsOf, useKnownCommands } from "./commands";
import "./keys.css";

export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const [text, setText] = useState("");
  const wanted = text.trim().toLocaleLowerCase();
  const commands = useKnownCommands().filter(
    (command) => command.id !== "palette" && command.words.toLocaleLowerCase().includes(wanted),
  );
  return (
    <Dialog title={t("keys.palette")} closeLabel={t("common.close")} onClose={onClose}>
      <Finder
        label={t("keys.find")}
        text={text}
        onText={setText}
        items={commands}
        words={(command) => command.words}
        render={(command) => (
          <span className="keys-command">
            {command.words}
            <Kbd keys={capsOf(command.keys)} />
          </span>
        )}
        onChoose={(command) => {
          onClose();
          // After the dialog has given the focus back, so that the command may take it.
          setTimeout(command.run, 30);
        }}
        empty={t("keys.none")}
        autoFocus
      />
    </Dialog>
  );
}
