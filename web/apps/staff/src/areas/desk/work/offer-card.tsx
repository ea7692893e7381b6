/** A contact that is offered to me: what it is about and how long I have. */
import type { Offer } from "@balie/api";
import { useWords } from "@balie/i18n";
import { Button, toast } from "@balie/ui";
import { useEffect, useState } from "react";
import { useCommands } from "../../../keys/commands";
import { serverNow } from "../../../server/api";
import { cache } from "../../../server/cache";
import { wordsFor } from "../../../server/words-for";
import { accept, letPass } from "../model/actions";
import { nameOf } from "../model/contact";
import { useNow } from "../model/now";
import { workQuery } from "../model/queries";

export function OfferCard({
  offer,
  first,
  onAccepted,
}: {
  offer: Offer;
  first: boolean;
  onAccepted: () => void;
}) {
  const { t, formats } = useWords();
  const now = useNow();
  const [busy, setBusy] = useState(false);
  const { contact } = offer;
  useEffect(() => {
    // The server takes it back; when that does not arrive, ask.
    const over = Date.parse(offer.expires_at) - serverNow() + 3000;
    const timer = setTimeout(() => cache.invalidateQueries(workQuery), Math.max(0, over));
    return () => clearTimeout(timer);
  }, [offer.expires_at]);
  const whole = Math.max(1, Date.parse(offer.expires_at) - Date.parse(offer.offered_at));
  const left = Math.min(whole, Math.max(0, Date.parse(offer.expires_at) - now));

  async function take() {
    setBusy(true);
    try {
      await accept(offer);
      onAccepted();
    } catch (error) {
      toast({ words: wordsFor(error, t), tone: "danger" });
    } finally {
      setBusy(false);
    }
  }
  const pass = () => letPass(offer).catch((error) => toast({ words: wordsFor(error, t), tone: "danger" }));

  useCommands(
    first
      ? [
          { id: "accept", words: t("desk.offer.accept"), group: "work", keys: "a", run: take },
          { id: "pass", words: t("desk.offer.pass"), group: "work", keys: "x", run: pass },
        ]
      : [],
  );

  return (
    <article className="offer" data-hurry={left < 6000 || undefined}>
      <header>
        <h2 className="b-cut">{contact.subject ?? offer.queue.name}</h2>
        <span className="offer-left b-numbers" aria-hidden="true">
          {formats.timer(left)}
        </span>
        <span className="b-hidden">{t("desk.offer.seconds", { seconds: Math.round(whole / 1000) })}</span>
      </header>
      <p className="offer-who">
        {nameOf(contact, t)} · {t("desk.offer.waits", { time: formats.ago(offer.waited_since, now) })}
      </p>
      {offer.preview && <p className="offer-preview">{offer.preview}</p>}
      <div className="offer-acts">
        <Button look="primary" keys={first ? "A" : ""} isDisabled={busy || left === 0} onPress={take}>
          {t("desk.offer.accept")}
        </Button>
        <Button look="quiet" keys={first ? "X" : ""} isDisabled={busy} onPress={pass}>
          {t("desk.offer.pass")}
        </Button>
      </div>
      <i
        className="offer-bar"
        style={{ transform: `scaleX(${Math.min(1, left / whole)})` }}
        aria-hidden="true"
      />
    </article>
  );
}
