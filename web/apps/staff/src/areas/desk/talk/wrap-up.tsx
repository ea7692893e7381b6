/** After the conversation: one digit for the reason, a note if there is something to say, Enter and it is done. */
import type { Contact } from "@balie/api";
import { useWords } from "@balie/i18n";
import { Button, Choices, Skeleton, TextArea } from "@balie/ui";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useCommands } from "../../../keys/commands";
import { isHushed, useHushWhenGone } from "../../../keys/hush";
import { wordsFor } from "../../../server/words-for";
import { wrapUp } from "../model/actions";
import { reasonsQuery } from "../model/queries";
import { stores, useDraft } from "../model/stores";
import { UnsentDraft } from "./unsent-draft";
import "./foot.css";

export function WrapUp({
  contact,
  attended,
  onDone,
}: {
  contact: Contact;
  attended: boolean;
  onDone: () => void;
}) {
  const { t } = useWords();
  const reasons = useQuery(reasonsQuery);
  const [reason, setReason] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const noteArea = useRef<HTMLTextAreaElement>(null);
  const finishing = useRef(false);
  const note = useDraft(contact.id, "note").text;
  const options = (reasons.data ?? []).map(({ id, label }, place) => ({
    id,
    name: label,
    ...(place < 9 && { keys: String(place + 1) }),
  }));

  useHushWhenGone(noteArea, finishing);
  useEffect(() => {
    if (!attended) return;
    // A moment later, when a dialog that ended the conversation has given the focus back.
    const timer = setTimeout(() => {
      // Who is typing elsewhere keeps the cursor.
      if (!document.activeElement?.matches("input,textarea")) form.current?.focus();
    }, 200);
    return () => clearTimeout(timer);
  }, [attended]);

  useCommands(
    attended
      ? [
          {
            id: "wrap-up",
            words: t("desk.wrapUp.title"),
            group: "talk",
            keys: "w",
            run: () => form.current?.focus(),
          },
        ]
      : [],
  );

  async function finish(event?: FormEvent) {
    event?.preventDefault();
    if (!reason) {
      setError("missing");
      return;
    }
    setBusy(true);
    setError(null);
    finishing.current = true;
    try {
      await wrapUp(contact.id, reason, note);
      stores().drafts.clear(contact.id, "note");
      stores().drafts.clear(contact.id, "message");
      onDone();
    } catch (refusal) {
      finishing.current = false;
      setError(refusal);
      setBusy(false);
    }
  }

  function onKeyDown(event: KeyboardEvent) {
    const writing = event.target instanceof HTMLTextAreaElement;
    if (!writing && isHushed(event.nativeEvent)) return event.preventDefault();
    const digit = options.find((option) => option.keys === event.key);
    if (event.key === "Enter" && !event.shiftKey && (!writing || !event.nativeEvent.isComposing)) {
      event.preventDefault();
      finish();
    } else if (digit && !writing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      setReason(digit.id);
      setError(null);
    } else if (event.key === "n" && !writing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      noteArea.current?.focus();
    } else if (event.key === "Escape" && writing) {
      event.preventDefault();
      form.current?.focus();
    }
  }

  return (
    <form
      ref={form}
      className="wrap-up"
      onSubmit={finish}
      onKeyDown={onKeyDown}
      tabIndex={-1}
      aria-label={t("desk.wrapUp.title")}
    >
      <header>
        <h3>{t("desk.wrapUp.title")}</h3>
        <p className="b-muted">{t(`desk.wrapUp.by.${contact.ended_by ?? "system"}`)}</p>
      </header>
      {reasons.isPending ? (
        <Skeleton lines={2} label={t("common.loading")} />
      ) : reasons.error ? (
        <p className="b-error">
          {wordsFor(reasons.error, t)}{" "}
          <Button small onPress={() => reasons.refetch()}>
            {t("common.again")}
          </Button>
        </p>
      ) : (
        <Choices label={t("desk.wrapUp.reason")} options={options} value={reason} onChange={setReason} />
      )}
      <UnsentDraft contact={contact.id} mode="message" wrappingUp />
      <TextArea
        label={t("desk.wrapUp.note")}
        areaRef={noteArea}
        value={note}
        onChange={(text) => stores().drafts.write(contact.id, "note", text)}
        rows={2}
        placeholder={t("desk.wrapUp.notePlaceholder")}
      />
      {error !== null && (
        <p className="b-error" role="alert">
          {error === "missing" ? t("desk.wrapUp.missing") : wordsFor(error, t)}
        </p>
      )}
      <Button type="submit" look="primary" keys="↵" isDisabled={busy}>
        {t("desk.wrapUp.finish")}
      </Button>
    </form>
  );
}
