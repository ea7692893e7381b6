// The form: an optional name and the question. From the press on the button the question is kept on this device until
// the server has it, so that no reload or bad line loses it.

import { useEffect, useRef, useState } from "preact/hooks";
import { begin } from "../begin";
import { newRef } from "../chat/world";
import type { Begin, Topic } from "../contract";
import { focusStart } from "../page";
import { Header } from "../parts/Header";
import { Icon } from "../parts/Icon";
import { codeOf } from "../refused";
import type { Session } from "../session";
import { useShared } from "../shared";
import { explain } from "../words/words";
import { Privacy } from "./Home";

/** What is written here; kept by the app, so that a step back to the topics loses nothing. */
export type Question = { name: string; text: string };
type Props = {
  topic: Topic;
  starting: Begin | null;
  question: Question;
  write: (question: Question) => void;
  back: () => void;
  begun: (session: Session) => void;
};

export function Start({ topic, starting, question, write, back, begun }: Props) {
  const { api, config, language, sessions, words } = useShared();
  const { name, text } = question;
  const [body, setBody] = useState(starting);
  const [wrong, setWrong] = useState<string | null>(null);
  const [trouble, setTrouble] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const left = config.limits.text - [...text].length;

  useEffect(() => focusStart(true), []);

  useEffect(() => {
    if (!body) return;
    const cancel = new AbortController();
    begin(api, body, cancel.signal, () => setTrouble(true))
      .then((result) => result && begun({ token: result.token, language }))
      .catch((error: unknown) => {
        const code = codeOf(error);
        refuse(code === "conflict" ? (words.refused.closed as string) : explain(words, code));
      });
    return () => cancel.abort();
  }, [body]);

  function refuse(sentence: string) {
    stop();
    setWrong(sentence);
    field.current?.focus();
  }

  function stop() {
    sessions.stopBeginning();
    setBody(null);
    setTrouble(false);
  }

  function send(event: Event) {
    event.preventDefault();
    if (body) return;
    if (text.trim() === "") return refuse(words.start.empty);
    if (left < 0) return refuse(words.compose.left(left));
    const called = name.trim();
    const fresh: Begin = {
      topic_id: topic.id,
      language,
      ...(called && { name: called }),
      text: text.trim(),
      client_ref: newRef(),
    };
    setWrong(null);
    sessions.begin(fresh);
    setBody(fresh);
  }

  return (
    <>
      <Header
        title={topic.name}
        {...(config.organisation && { under: config.organisation })}
        before={
          <button
            type="button"
            class="round"
            aria-label={words.back}
            title={words.back}
            onClick={() => {
              stop();
              back();
            }}
          >
            <Icon name="back" />
          </button>
        }
      />
      <div class="scroll">
        <div class="grow">
          <form class="start" onSubmit={send} noValidate>
            <label for="question">{words.start.question}</label>
            <span class="hint" id="question-hint">
              {words.start.questionHint}
            </span>
            {wrong && (
              <span class="wrong" id="question-wrong" role="alert">
                {wrong}
              </span>
            )}
            <textarea
              id="question"
              ref={field}
              data-start
              rows={5}
              required
              value={text}
              readOnly={body !== null}
              aria-invalid={wrong !== null}
              aria-describedby={wrong ? "question-hint question-wrong" : "question-hint"}
              onInput={(event) => write({ name, text: event.currentTarget.value })}
            />
            {left < 200 && (
              <span class={left < 0 ? "wrong" : "hint"} role="status">
                {words.compose.left(left)}
              </span>
            )}
            <label for="name">
              {words.start.name} <span class="optional">{words.start.optional}</span>
            </label>
            <span class="hint" id="name-hint">
              {words.start.nameHint}
            </span>
            <input
              id="name"
              type="text"
              autocomplete="name"
              maxLength={80}
              value={name}
              readOnly={body !== null}
              aria-describedby="name-hint"
              onInput={(event) => write({ name: event.currentTarget.value, text })}
            />
            <div role="status">
              {body && <p class="note">{trouble ? words.start.waiting : words.start.sending}</p>}
            </div>
            {body && trouble && (
              <button type="button" class="secondary" onClick={stop}>
                {words.start.cancel}
              </button>
            )}
            <button type="submit" class="primary" aria-disabled={body !== null}>
              {words.start.send}
            </button>
          </form>
        </div>
        <Privacy />
      </div>
    </>
  );
}
