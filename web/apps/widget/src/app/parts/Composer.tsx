// Where the visitor writes. Enter sends (on a telephone the button does), files come by button, drag or paste, and what
// is written but not sent survives a reload.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Chat } from "../chat/chat";
import { useShared } from "../shared";
import { Icon } from "./Icon";
import { Uploading } from "./Uploading";
import { useUploads } from "./uploads";

type Props = { chat: Chat; token: string };

const COUNT_BELOW = 200;

export function Composer({ chat, token }: Props) {
  const { config, sessions, words } = useShared();
  const [draft] = useState(() => sessions.draft);
  const [text, setText] = useState(draft.text);
  const files = useUploads(token, draft.files);
  const [wait, setWait] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const left = config.limits.text - [...text].length;
  const ready = files.uploads.flatMap(({ done }) => (done ? [done] : []));
  const busy = files.uploads.some(({ done, wrong }) => !done && !wrong);
  const something = text.trim() !== "" || ready.length > 0;
  const dragging = useDrop(files.add);

  useEffect(() => grow(field.current), [text]);

  useEffect(() => sessions.keepDraft({ text: field.current?.value ?? text, files: ready }), [ready.length]);

  useEffect(() => {
    if (!busy) setWait(false);
  }, [busy]);

  function send() {
    if (busy) return setWait(true);
    if (!something || left < 0) return field.current?.focus();
    chat.say(text.trim(), ready);
    setText("");
    files.clear();
    sessions.keepDraft({ text: "", files: [] });
    field.current?.focus();
  }

  function pressed(event: KeyboardEvent) {
    if (
      event.key !== "Enter" ||
      event.shiftKey ||
      event.isComposing ||
      matchMedia("(pointer: coarse)").matches
    )
      return;
    event.preventDefault();
    send();
  }

  function pasted(event: ClipboardEvent) {
    const pictures = event.clipboardData?.files;
    if (!pictures?.length) return;
    event.preventDefault();
    files.add(pictures);
  }

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Uploading files={files} wait={wait} />
      {left < COUNT_BELOW && (
        <p class={left < 0 ? "wrong" : "hint"} role="status">
          {words.compose.left(left)}
        </p>
      )}
      <div class="composer-row">
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          accept={config.limits.file_types.join(",")}
          onChange={(event) => {
            files.add(event.currentTarget.files ?? []);
            event.currentTarget.value = "";
            field.current?.focus();
          }}
        />
        <button
          type="button"
          class="round"
          aria-label={words.compose.attach}
          title={words.compose.attach}
          onClick={() => picker.current?.click()}
        >
          <Icon name="clip" />
        </button>
        <label class="quiet" for="message">
          {words.compose.label}
        </label>
        <textarea
          id="message"
          ref={field}
          data-start
          rows={1}
          placeholder={words.compose.placeholder}
          value={text}
          enterkeyhint="enter"
          aria-describedby="message-hint"
          aria-invalid={left < 0}
          onInput={(event) => {
            const written = event.currentTarget.value;
            setText(written);
            sessions.keepDraft({ text: written, files: ready });
            chat.typing(written);
          }}
          onKeyDown={pressed}
          onPaste={pasted}
        />
        <span class="quiet" id="message-hint">
          {words.compose.hint}
        </span>
        <button
          type="submit"
          class="round send"
          aria-label={words.compose.send}
          title={words.compose.send}
          aria-disabled={!something}
        >
          <Icon name="send" />
        </button>
      </div>
      {dragging && <div class="drop">{words.compose.drop}</div>}
    </form>
  );
}

/** Files dragged over any part of the chat. */
function useDrop(add: (files: Iterable<File>) => void): boolean {
  const [over, setOver] = useState(false);
  const latest = useRef(add);
  latest.current = add;
  useEffect(() => {
    const moved = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(true);
    };
    const left = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    const dropped = (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      latest.current(event.dataTransfer?.files ?? []);
    };
    addEventListener("dragover", moved);
    addEventListener("dragleave", left);
    addEventListener("drop", dropped);
    return () => {
      removeEventListener("dragover", moved);
      removeEventListener("dragleave", left);
      removeEventListener("drop", dropped);
    };
  }, []);
  return over;
}

/** As high as its text; the style sheet sets the most. */
function grow(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
}
