// A full page for when there is nothing else to show: loading, or a reason with the one thing to do about it.

import { useEffect, useRef } from "preact/hooks";
import { CloseButton } from "../parts/Header";
import type { Words } from "../words/words";

type Props = { title: string; text: string; action: string; act: () => void };

export function Trouble({ title, text, action, act }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <>
      <div class="bar">
        <span class="bar-text" />
        <CloseButton />
      </div>
      <div class="plain">
        <h1 id="title" ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <p>{text}</p>
        <button type="button" class="primary" onClick={act}>
          {action}
        </button>
      </div>
    </>
  );
}

export function Loading({ words }: { words: Words }) {
  return (
    <div class="plain">
      <p role="status" class="loading" id="title">
        {words.loading}
      </p>
    </div>
  );
}
