/** Who this is with, about what, how long already, and what can be done with it as a whole. */
import type { Contact } from "@balie/api";
import { useWords } from "@balie/i18n";
import { Avatar, Button, IconButton, Menu, MenuItem, Tag } from "@balie/ui";
import { nameOf, useSigns } from "../model/contact";
import { useNow } from "../model/now";
import type { Opened } from "../model/opened";
import type { Question } from "./talk";

export interface TalkHeadProps {
  contact: Contact;
  opened: Opened;
  active: boolean;
  aboutShown: boolean;
  onToggleAbout: () => void;
  onQuestion: (question: Question) => void;
}

export function TalkHead({ contact, opened, active, aboutShown, onToggleAbout, onQuestion }: TalkHeadProps) {
  const { t, formats } = useWords();
  const now = useNow(10_000);
  const { waiting } = useSigns(contact);
  const name = nameOf(contact, t);
  const facts = [
    contact.subject,
    contact.queue?.name !== contact.subject ? contact.queue?.name : null,
    contact.case?.number,
  ].filter(Boolean);

  return (
    <header className="talk-head">
      <span className="only-narrow">
        <IconButton icon="arrowLeft" label={t("desk.back")} onPress={opened.leave} />
      </span>
      <span className="not-narrow">
        <Avatar id={contact.customer?.id ?? contact.id} name={contact.customer?.name ?? null} size={30} />
      </span>
      <div className="talk-who">
        <h2 className="b-cut">{name}</h2>
        <p className="b-cut b-muted">{facts.join(" · ")}</p>
      </div>
      {waiting && now - Date.parse(waiting) > 60_000 && (
        <span className="talk-wait">
          <Tag tone={now - Date.parse(waiting) > 120_000 ? "attention" : "neutral"} icon="clock">
            {t("desk.waits", { time: formats.ago(waiting, now) })}
          </Tag>
        </span>
      )}
      <div className="talk-acts">
        {active && (
          <>
            <span className="talk-wide">
              <Button small icon="transfer" keys="T" onPress={() => onQuestion("transfer")}>
                {t("desk.transfer.act")}
              </Button>
            </span>
            <span className="talk-wide">
              <Button small icon="check" keys="E" onPress={() => onQuestion("end")}>
                {t("desk.end.act")}
              </Button>
            </span>
            <Menu
              label={t("desk.more")}
              placement="bottom end"
              trigger={<IconButton icon="dots" label={t("desk.more")} small />}
            >
              <MenuItem icon="transfer" keys="T" onAction={() => onQuestion("transfer")}>
                {t("desk.transfer.title")}
              </MenuItem>
              <MenuItem icon="requeue" keys="Q" onAction={() => onQuestion("requeue")}>
                {t("desk.requeue.title")}
              </MenuItem>
              <MenuItem icon="end" keys="E" onAction={() => onQuestion("end")}>
                {t("desk.end.title")}
              </MenuItem>
            </Menu>
          </>
        )}
        <span className="only-narrow">
          <IconButton
            icon="user"
            label={t("desk.about.label")}
            onPress={() => opened.turnTo("about")}
            small
          />
        </span>
        <span className="not-narrow">
          <IconButton
            icon="panel"
            label={t(aboutShown ? "desk.panelHide" : "desk.panelShow")}
            keys="I"
            pressed={aboutShown}
            onPress={onToggleAbout}
            small
          />
        </span>
        <span className="not-narrow">
          <IconButton
            icon="x"
            label={t("desk.keys.close")}
            keys="Esc"
            onPress={() => opened.close(contact.id)}
            small
          />
        </span>
      </div>
    </header>
  );
}
