/**
 * Where an answer or an internal note is written. Enter sends, Shift+Enter begins a new line. What is written stays
 * until it is sent, whatever happens to the page or the line.
 */
import { useWords } from "@balie/i18n";
import { Button, Icon, IconButton, Kbd } from "@balie/ui";
import { type DragEvent, type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useHushWhenGone } from "../../../keys/hush";
import { live } from "../../../server/live";
import type { Mode } from "../model/drafts";
import { sendDraft } from "../model/send-draft";
import { stores, useDraft } from "../model/stores";
import { addFiles } from "../model/uploads";
import { DraftFiles } from "./draft-files";
import "./foot.css";

const longest = 4000;
const stillTypingMs = 3000;
const modeEvent = "balie:composer";

/** Puts the cursor in the composer of a contact, in the mode asked for. */
export function focusComposer(contact: string, mode?: Mode): void {
  document.dispatchEvent(new CustomEvent(modeEvent, { detail: { contact, mode } }));
}

export function Composer({ contact, subject }: { contact: string; subject: string | null }) {
  const { t } = useWords();
  const [mode, setMode] = useState<Mode>("message");
  const [over, setOver] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const draft = useDraft(contact, mode);
  const note = mode === "note";
  const busy = draft.files.some((file) => file.state === "busy");
  const failed = draft.files.some((file) => file.state === "failed");
  const tooLong = draft.text.length > longest;
  const nothing = draft.text.trim() === "" && draft.files.length === 0;
  const typing = useTypingSign(contact, mode);
  useFocusRequests(contact, area, setMode);
  useHushWhenGone(area);
  useGrowing(area, draft.text, mode);

  function send() {
    if (nothing || busy || failed || tooLong) return;
    sendDraft(stores(), contact, mode, new Date().toISOString());
    typing.stop();
    area.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.currentTarget.blur();
    }
  }

  function take(files: Iterable<File>) {
    // A note stays inside; files go to the customer.
    setMode("message");
    addFiles(contact, files);
  }

  function onDrop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  }

  return (
    <section
      className="composer"
      data-note={note || undefined}
      data-over={over || undefined}
      aria-label={t("desk.composer.label", { subject: subject ?? t("desk.anonymous") })}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <div className="composer-box">
        <textarea
          ref={area}
          rows={1}
          className="composer-text"
          aria-label={t(note ? "desk.composer.note" : "desk.composer.answer")}
          placeholder={t(note ? "desk.composer.notePlaceholder" : "desk.composer.answerPlaceholder")}
          aria-invalid={tooLong || undefined}
          value={draft.text}
          onChange={(event) => {
            stores().drafts.write(contact, mode, event.currentTarget.value);
            typing.start(event.currentTarget.value !== "");
          }}
          onKeyDown={onKeyDown}
          onBlur={typing.stop}
          onPaste={(event) => {
            if (event.clipboardData.files.length === 0) return;
            event.preventDefault();
            take(event.clipboardData.files);
          }}
        />
        <DraftFiles contact={contact} files={draft.files} />
        {tooLong && (
          <p className="b-error composer-error" role="alert">
            {t("desk.composer.tooLong", { over: draft.text.length - longest, most: longest })}
          </p>
        )}
        <div className="composer-foot">
          <fieldset className="composer-modes" aria-label={t("desk.composer.mode")}>
            <button type="button" aria-pressed={!note} onClick={() => setMode("message")}>
              {t("desk.composer.answer")}
            </button>
            <button type="button" aria-pressed={note} onClick={() => setMode("note")}>
              <Icon name="lock" size={12} />
              {t("desk.composer.note")}
            </button>
          </fieldset>
          {!note && (
            <IconButton
              icon="paperclip"
              label={t("desk.composer.attach")}
              onPress={() => picker.current?.click()}
              small
            />
          )}
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            onChange={(event) => {
              take(event.currentTarget.files ?? []);
              event.currentTarget.value = "";
            }}
          />
          <span className="composer-hint b-faint">
            <Kbd keys="⇧+↵" /> {t("desk.composer.hint")}
          </span>
          <Button
            small
            look="primary"
            icon={note ? "note" : "send"}
            isDisabled={nothing || busy || failed || tooLong}
            onPress={send}
          >
            {t(note ? "desk.composer.keepNote" : "desk.composer.send")}
          </Button>
        </div>
      </div>
      {over && <p className="composer-drop">{t("desk.composer.drop")}</p>}
    </section>
  );
}

/** Tells the customer that I am typing, at most once in three seconds; a note is nobody's business. */
function useTypingSign(contact: string, mode: Mode) {
  const told = useRef(0);
  const stop = () => {
    if (told.current === 0) return;
    told.current = 0;
    live.typing(contact, false);
  };
  const start = (something: boolean) => {
    if (mode === "note" || !something) return stop();
    if (Date.now() - told.current < stillTypingMs) return;
    told.current = Date.now();
    live.typing(contact, true);
  };
  return { start, stop };
}

function useFocusRequests(
  contact: string,
  area: React.RefObject<HTMLTextAreaElement | null>,
  setMode: (mode: Mode) => void,
): void {
  useEffect(() => {
    const onRequest = (event: Event) => {
      const { contact: wanted, mode } = (event as CustomEvent<{ contact: string; mode?: Mode }>).detail;
      if (wanted !== contact) return;
      if (mode) setMode(mode);
      area.current?.focus();
    };
    document.addEventListener(modeEvent, onRequest);
    return () => document.removeEventListener(modeEvent, onRequest);
  }, [contact, area, setMode]);
}

/** As high as the text, up to a third of the window. */
function useGrowing(area: React.RefObject<HTMLTextAreaElement | null>, text: string, mode: Mode): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows from what is shown.
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = "0";
    element.style.height = `${Math.min(element.scrollHeight, window.innerHeight / 3)}px`;
  }, [area, text, mode]);
}
