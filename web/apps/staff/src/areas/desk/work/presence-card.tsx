/** Whether I take contacts, since when, why not, and how much room I have. */
import type { Presence, SetPresence } from "@balie/api";
import { useWords } from "@balie/i18n";
import { Button, Dot, IconButton, Kbd, Menu, MenuItem, MenuSection, toast } from "@balie/ui";
import { useState } from "react";
import { useCommands } from "../../../keys/commands";
import { wordsFor } from "../../../server/words-for";
import { setPresence } from "../model/actions";
import { useNow } from "../model/now";

const pauses = ["break", "meeting", "training", "administration"] as const;

export function PresenceCard({ presence }: { presence: Presence }) {
  const { t, formats } = useWords();
  const now = useNow(30_000);
  const [open, setOpen] = useState(false);
  const ready = presence.state === "ready";
  const choose = (choice: SetPresence) =>
    setPresence(choice).catch((error) => toast({ words: wordsFor(error, t), tone: "danger" }));
  useCommands([
    {
      id: "ready",
      words: t("desk.presence.goReady"),
      group: "work",
      keys: "g",
      run: () => choose({ state: "ready" }),
    },
    { id: "state", words: t("desk.presence.change"), group: "work", keys: "s", run: () => setOpen(true) },
  ]);

  return (
    <section className="presence" data-state={presence.state} aria-label={t("desk.presence.label")}>
      <div className="presence-line">
        <Dot state={presence.state} />
        <strong>{t(`desk.presence.states.${presence.state}`)}</strong>
        <span className="b-muted b-cut">
          {presence.reason && !ready && `${t(`desk.presence.reasons.${presence.reason}`)} · `}
          <time dateTime={presence.since}>{formats.ago(presence.since, now)}</time>
        </span>
        <Menu
          label={t("desk.presence.change")}
          placement="bottom end"
          isOpen={open}
          onOpenChange={setOpen}
          trigger={<IconButton icon="chevronDown" label={t("desk.presence.change")} keys="S" small />}
        >
          <MenuItem chosen={ready} keys="G" onAction={() => choose({ state: "ready" })}>
            {t("desk.presence.states.ready")}
          </MenuItem>
          <MenuSection title={t("desk.presence.states.not_ready")}>
            {pauses.map((reason) => (
              <MenuItem
                key={reason}
                icon={reason === "break" ? "cup" : "clock"}
                chosen={!ready && presence.reason === reason}
                onAction={() => choose({ state: "not_ready", reason })}
              >
                {t(`desk.presence.reasons.${reason}`)}
              </MenuItem>
            ))}
          </MenuSection>
        </Menu>
      </div>
      <Room used={presence.chat.used} total={presence.chat.total} />
      {presence.reason === "missed_offer" && !ready && (
        <p className="presence-why">{t("desk.presence.missed")}</p>
      )}
      {!ready && (
        <Button look="primary" wide onPress={() => choose({ state: "ready" })}>
          {t("desk.presence.goReady")} <Kbd keys="G" />
        </Button>
      )}
    </section>
  );
}

/** One piece per chat that fits. */
function Room({ used, total }: { used: number; total: number }) {
  const { t } = useWords();
  const pieces = Array.from({ length: total }, (_, place) => ({ id: `piece-${place}`, full: place < used }));
  return (
    <p className="presence-room">
      <span className="presence-pieces" aria-hidden="true">
        {pieces.map((piece) => (
          <i key={piece.id} data-full={piece.full || undefined} />
        ))}
      </span>
      <span>{t("desk.presence.room", { used, total })}</span>
    </p>
  );
}
