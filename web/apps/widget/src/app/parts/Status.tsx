// What is going on, said politely: the place in the queue, a lost line, who is typing. Visible for the eye, and spoken
// at a calm pace for those who listen.

import { useEffect, useRef, useState } from "preact/hooks";
import type { View } from "../chat/chat";
import { useShared } from "../shared";
import { explain } from "../words/words";
import { Icon } from "./Icon";

const CALM = 20_000;
const FLICKER = 2_000;

/** The card with place and wait. */
export function Waiting({ view }: { view: View }) {
  const { words } = useShared();
  const sentence = useCalm(waitingText(view, words));
  const conversation = view.conversation;
  if (conversation?.state !== "waiting") return null;
  const { place, estimate_seconds: estimate } = conversation;
  return (
    <section class="waiting">
      <span class="pulse" aria-hidden="true" />
      <div>
        <h2>{place === null ? words.waiting.soon : words.waiting.place(place)}</h2>
        {estimate !== null && <p>{words.waiting.wait(estimate)}</p>}
        <p class="hint">{words.waiting.leave}</p>
      </div>
      <p class="quiet" role="status">
        {sentence}
      </p>
    </section>
  );
}

function waitingText({ conversation }: View, words: ReturnType<typeof useShared>["words"]): string {
  if (conversation?.state !== "waiting") return "";
  const { place, estimate_seconds: estimate } = conversation;
  const where = place === null ? words.waiting.soon : `${words.waiting.title}. ${words.waiting.place(place)}`;
  return estimate === null ? where : `${where} ${words.waiting.wait(estimate)}`;
}

/** The banner of a lost line, or of something that will pass. */
export function LineState({ view, lasting }: { view: View; lasting: boolean }) {
  const { words } = useShared();
  const lost = useLasting(view.link !== "open" && view.gone === null);
  const wasLost = useRef(false);
  if (lost) wasLost.current = true;
  const text = lost ? words.talk.lost : view.notice ? explain(words, view.notice) : null;
  const back = !lost && wasLost.current ? words.talk.backOnline : "";
  return (
    <>
      <div role="status">
        {text ? (
          <p class="banner">
            <Icon name={lost ? "off" : "clock"} />
            {text}
          </p>
        ) : (
          <span class="quiet">{back}</span>
        )}
      </div>
      {!lasting && <p class="banner mild">{words.talk.notLasting}</p>}
    </>
  );
}

/** Spoken only; the eye sees the dots. */
export function Typing({ view }: { view: View }) {
  const { words } = useShared();
  return (
    <p class="quiet" role="status">
      {view.typing ? words.talk.typing(view.conversation?.agent_name ?? null) : ""}
    </p>
  );
}

/** True once it has been true for a while, so that a short hitch does not alarm anyone. */
function useLasting(now: boolean): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!now) return setLasting(false);
    const timer = setTimeout(() => setLasting(true), FLICKER);
    return () => clearTimeout(timer);
  }, [now]);
  return now && lasting;
}

/** The text, changing no more often than a listener can bear. */
function useCalm(text: string): string {
  const [spoken, setSpoken] = useState("");
  const last = useRef(0);
  useEffect(() => {
    const wait = Math.max(500, last.current + CALM - Date.now());
    const timer = setTimeout(() => {
      last.current = Date.now();
      setSpoken(text);
    }, wait);
    return () => clearTimeout(timer);
  }, [text]);
  return spoken;
}
