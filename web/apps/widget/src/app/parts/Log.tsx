// The conversation itself, newest below. Stays at the bottom while the visitor is there; otherwise it leaves them where
// they read and offers a button down. New lines are read out politely, what was there already is not.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Chat, View } from "../chat/chat";
import { useShared } from "../shared";
import { day } from "../words/words";
import { Icon } from "./Icon";
import { linesOf } from "./lines";
import { Message } from "./Message";

type Props = { chat: Chat; view: View; token: string };

const NEAR = 60;
const SETTLES_AFTER = 1500;

export function Log({ chat, view, token }: Props) {
  const { language, page, words } = useShared();
  const box = useRef<HTMLDivElement>(null);
  const inside = useRef<HTMLDivElement>(null);
  const atBottom = useRef(true);
  const lastTop = useRef(0);
  const [below, setBelow] = useState(false);
  const [settled, setSettled] = useState(false);
  const lines = linesOf(view);
  const own = view.outgoing.length;

  function toBottom() {
    const element = box.current;
    if (!element) return;
    element.scrollTop = element.scrollHeight;
    atBottom.current = true;
    setBelow(false);
    look();
  }

  function look() {
    if (page.isOpen && !document.hidden && atBottom.current && (box.current?.clientHeight ?? 0) > 0)
      chat.seen();
  }

  function scrolled() {
    const element = box.current;
    if (!element || element.clientHeight === 0) return;
    const near = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
    // Only the visitor scrolls up; a picture that arrives late makes the text longer and moves nothing.
    if (near || element.scrollTop < lastTop.current) atBottom.current = near;
    lastTop.current = element.scrollTop;
    if (near) setBelow(false);
    look();
  }

  useLayoutEffect(() => {
    if (atBottom.current) toBottom();
    else setBelow(true);
  }, [view.entries.length, view.typing]);

  useLayoutEffect(() => {
    if (own > 0) toBottom();
  }, [own]);

  useEffect(() => {
    const observer = new ResizeObserver(() => atBottom.current && toBottom());
    for (const { current } of [box, inside]) if (current) observer.observe(current);
    const stop = page.listen(() => requestAnimationFrame(() => atBottom.current && toBottom()));
    document.addEventListener("visibilitychange", look);
    return () => {
      observer.disconnect();
      stop();
      document.removeEventListener("visibilitychange", look);
    };
  }, []);

  useEffect(() => {
    if (!view.conversation) return;
    const timer = setTimeout(() => setSettled(true), SETTLES_AFTER);
    return () => clearTimeout(timer);
  }, [view.conversation !== null]);

  return (
    <div class="log-frame">
      <div
        class="log"
        ref={box}
        role="log"
        aria-label={words.talk.log}
        aria-live={settled ? "polite" : "off"}
        // A visitor without a mouse scrolls it with the arrow keys.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard
        tabIndex={0}
        onScroll={scrolled}
      >
        <div ref={inside}>
          {lines.map((line) => (
            <div key={line.key} class={`line ${line.first ? "first" : ""}`}>
              {line.newDay && <p class="day">{day(language, words, line.at, Date.now())}</p>}
              <Message line={line} view={view} chat={chat} token={token} />
            </div>
          ))}
          {view.typing && (
            <p class="dots" aria-hidden="true">
              <i />
              <i />
              <i />
            </p>
          )}
        </div>
      </div>
      {below && (
        <button type="button" class="down" onClick={toBottom} aria-label={words.talk.down}>
          <Icon name="close" />
          {words.talk.newBelow}
        </button>
      )}
    </div>
  );
}
