// What a visitor can do when the conversation is over: keep it, ask on in the same conversation, or wipe it here.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Chat, View } from "../chat/chat";
import { codeOf } from "../refused";
import { useShared } from "../shared";
import type { Words } from "../words/words";
import { explain } from "../words/words";
import { Icon } from "./Icon";
import { saveAs } from "./useFile";

type Props = { chat: Chat; view: View; token: string; forget: () => void };
type Doing = "nothing" | "mail" | "ask";

export function After({ chat, view, token, forget }: Props) {
  const { api, words } = useShared();
  const [doing, setDoing] = useState<Doing>("nothing");
  const [said, setSaid] = useState<{ text: string; wrong: boolean } | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    if (document.hasFocus()) heading.current?.focus({ preventScroll: true });
  }, []);

  function reply(text: string, wrong = false) {
    setSaid({ text, wrong });
  }

  async function download() {
    try {
      const answer = await api.transcript(token);
      const html = answer.headers.get("Content-Type")?.startsWith("text/html");
      const day = new Date().toISOString().slice(0, 10);
      saveAs(await answer.blob(), `${words.after.fileName}-${day}.${html ? "html" : "txt"}`);
      reply(words.after.downloaded);
    } catch (error) {
      reply(explain(words, codeOf(error)), true);
    }
  }

  function choose(next: Doing) {
    setSaid(null);
    setDoing(doing === next ? "nothing" : next);
  }

  return (
    <section class="after" aria-labelledby="after-title">
      <h2 id="after-title" ref={heading} tabIndex={-1}>
        {words.after.title}
      </h2>
      <p>{why(view, words)}</p>
      <div role="status">{said && <p class={said.wrong ? "wrong" : "note"}>{said.text}</p>}</div>
      {doing === "mail" && (
        <MailForm
          token={token}
          sent={(email) => {
            setDoing("nothing");
            reply(words.after.mailed(email));
          }}
          cancel={() => setDoing("nothing")}
        />
      )}
      {doing === "ask" && (
        <AskForm
          ask={(text) => {
            chat.again(text);
            setDoing("nothing");
          }}
          cancel={() => setDoing("nothing")}
        />
      )}
      {doing === "nothing" && (
        <>
          <button type="button" class="primary" onClick={() => choose("ask")}>
            <Icon name="ask" />
            {words.after.ask}
          </button>
          <div class="buttons">
            <button type="button" class="secondary" onClick={() => void download()}>
              <Icon name="save" />
              {words.after.download}
            </button>
            <button type="button" class="secondary" onClick={() => choose("mail")}>
              <Icon name="mail" />
              {words.after.mail}
            </button>
          </div>
          <button type="button" class="text-button" onClick={forget} title={words.after.doneHint}>
            <Icon name="wipe" />
            {words.after.done}
          </button>
        </>
      )}
    </section>
  );
}

function why({ conversation, entries }: View, words: Words): string {
  if (conversation?.ended_by === "customer") return words.after.byYou;
  if (conversation?.ended_by === "agent") return words.after.byAgent;
  // An earlier round of the same conversation may have been closed for silence too; what counts is this one.
  const last = entries.findLast(
    ({ event }) => event && ["queued", "assigned", "closed_silent"].includes(event.code),
  );
  return last?.event?.code === "closed_silent" ? words.after.silent : words.after.bySystem;
}

function MailForm({
  token,
  sent,
  cancel,
}: {
  token: string;
  sent: (email: string) => void;
  cancel: () => void;
}) {
  const { api, words } = useShared();
  const [email, setEmail] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);

  async function send(event: Event) {
    event.preventDefault();
    if (busy) return;
    const address = email.trim();
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(address)) return refuse(words.after.emailWrong);
    setBusy(true);
    try {
      await api.mailTranscript(token, address);
      sent(address);
    } catch (error) {
      const code = codeOf(error);
      refuse(code === "invalid" ? words.after.emailWrong : explain(words, code));
    }
  }

  function refuse(sentence: string) {
    setBusy(false);
    setWrong(sentence);
    field.current?.focus();
  }

  return (
    <form class="small-form" onSubmit={(event) => void send(event)} noValidate>
      <label for="email">{words.after.email}</label>
      <span class="hint" id="email-hint">
        {words.after.emailHint}
      </span>
      {wrong && (
        <span class="wrong" id="email-wrong" role="alert">
          {wrong}
        </span>
      )}
      <input
        ref={field}
        id="email"
        type="email"
        autocomplete="email"
        value={email}
        aria-invalid={wrong !== null}
        aria-describedby={wrong ? "email-hint email-wrong" : "email-hint"}
        onInput={(event) => setEmail(event.currentTarget.value)}
      />
      <FormButtons send={words.after.mailSend} cancel={cancel} busy={busy} />
    </form>
  );
}

/** Begins with what was being written when the conversation ended, and keeps it as the field there does. */
function AskForm({ ask, cancel }: { ask: (text: string) => void; cancel: () => void }) {
  const { config, sessions, words } = useShared();
  const [text, setText] = useState(() => sessions.draft.text);
  const [wrong, setWrong] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);

  function send(event: Event) {
    event.preventDefault();
    const left = config.limits.text - [...text].length;
    if (text.trim() !== "" && left >= 0) {
      write("");
      return ask(text.trim());
    }
    setWrong(left < 0 ? words.compose.left(left) : words.start.empty);
    field.current?.focus();
  }

  /** Files of before belong to the contact that ended. */
  function write(next: string) {
    setText(next);
    sessions.keepDraft({ text: next, files: [] });
  }

  return (
    <form class="small-form" onSubmit={send} noValidate>
      <label for="ask">{words.start.question}</label>
      <span class="hint" id="ask-hint">
        {words.after.askHint}
      </span>
      {wrong && (
        <span class="wrong" id="ask-wrong" role="alert">
          {wrong}
        </span>
      )}
      <textarea
        ref={field}
        id="ask"
        rows={3}
        value={text}
        aria-invalid={wrong !== null}
        aria-describedby={wrong ? "ask-hint ask-wrong" : "ask-hint"}
        onInput={(event) => write(event.currentTarget.value)}
      />
      <FormButtons send={words.after.askSend} cancel={cancel} busy={false} />
    </form>
  );
}

function FormButtons({ send, cancel, busy }: { send: string; cancel: () => void; busy: boolean }) {
  const { words } = useShared();
  return (
    <div class="buttons">
      <button type="button" class="secondary" onClick={cancel}>
        {words.after.cancel}
      </button>
      <button type="submit" class="primary" aria-disabled={busy}>
        {send}
      </button>
    </div>
  );
}
