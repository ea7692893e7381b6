// The bar on top of a page, and the button that makes the chat small again.

import type { ComponentChildren } from "preact";
import { useShared } from "../shared";
import { Icon } from "./Icon";

type Props = {
  title: string;
  /** Said before the title to those who listen, where the picture says it to those who see. */
  spoken?: string;
  under?: string;
  before?: ComponentChildren;
  children?: ComponentChildren;
};

export function Header({ title, spoken, under, before, children }: Props) {
  return (
    <div class="bar">
      {before}
      <span class="bar-text">
        <h1 id="title" tabIndex={-1}>
          {spoken && <span class="quiet">{spoken} </span>}
          {title}
        </h1>
        {under && <span class="bar-under">{under}</span>}
      </span>
      {children}
      <CloseButton />
    </div>
  );
}

export function CloseButton() {
  const { page, words } = useShared();
  if (!page.embedded) return null;
  return (
    <button
      type="button"
      class="round"
      aria-label={words.close}
      title={words.close}
      onClick={() => page.tell({ type: "close" })}
    >
      <Icon name="close" />
    </button>
  );
}
