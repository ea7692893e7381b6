/** All keys that work here and now, and the switch for one-letter keys. */
import { useWords } from "@balie/i18n";
import { Dialog, Kbd } from "@balie/ui";
import { type Command, capsOf, useKnownCommands, useLetterKeys } from "./commands";
import "./keys.css";

const groups = ["work", "talk", "about", "all"] as const;

export function HelpOverlay({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const commands = useKnownCommands();
  const [letters, setLetters] = useLetterKeys();
  return (
    <Dialog title={t("keys.title")} closeLabel={t("common.close")} onClose={onClose} size="large">
      <div className="keys-groups">
        {groups.map((group) => {
          const own = commands.filter((command) => command.group === group);
          if (own.length === 0) return null;
          return (
            <section key={group}>
              <h3>{t(`keys.groups.${group}`)}</h3>
              <dl>
                {own.map((command) => (
                  <Row key={command.id} command={command} />
                ))}
              </dl>
            </section>
          );
        })}
      </div>
      <label className="keys-setting">
        <input
          type="checkbox"
          checked={letters}
          onChange={(event) => setLetters(event.currentTarget.checked)}
        />
        <span>
          {t("keys.letters")}
          <small className="b-muted">{t("keys.lettersWords")}</small>
        </span>
      </label>
    </Dialog>
  );
}

function Row({ command }: { command: Command }) {
  return (
    <div>
      <dt>{command.words}</dt>
      <dd>
        <Kbd keys={capsOf(command.keys)} />
        <span className="b-hidden">{command.keys}</span>
      </dd>
    </div>
  );
}
