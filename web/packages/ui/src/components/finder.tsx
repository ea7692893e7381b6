/** A search box over a list: type, arrow down, Enter. Filtering is done by whoever gives the items. */
import type { ReactNode } from "react";
import { Autocomplete } from "react-aria-components/Autocomplete";
import { Input } from "react-aria-components/Input";
import { ListBox, ListBoxItem } from "react-aria-components/ListBox";
import { TextField } from "react-aria-components/TextField";
import { Icon } from "./icon";

export interface FinderProps<T extends { id: string }> {
  label: string;
  placeholder?: string;
  text: string;
  onText: (text: string) => void;
  items: readonly T[];
  words: (item: T) => string;
  render: (item: T) => ReactNode;
  onChoose: (item: T) => void;
  empty: ReactNode;
  busy?: boolean;
  autoFocus?: boolean;
}

export function Finder<T extends { id: string }>(props: FinderProps<T>) {
  const { label, placeholder, text, onText, items, words, render, onChoose, empty, busy, autoFocus } = props;
  return (
    <div className="b-finder" aria-busy={busy || undefined}>
      <Autocomplete inputValue={text} onInputChange={onText}>
        <TextField className="b-finder-search" aria-label={label} autoFocus={Boolean(autoFocus)}>
          <Icon name="search" />
          <Input className="b-finder-input" placeholder={placeholder ?? label} />
        </TextField>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard. */}
        <section className="b-finder-scroll" aria-label={label} tabIndex={0}>
          <ListBox
            className="b-finder-list"
            aria-label={label}
            items={items}
            selectionMode="none"
            onAction={(key) => {
              const item = items.find((candidate) => candidate.id === key);
              if (item) onChoose(item);
            }}
            renderEmptyState={() => <div className="b-finder-empty">{empty}</div>}
          >
            {items.map((item) => (
              <ListBoxItem key={item.id} id={item.id} textValue={words(item)} className="b-finder-item">
                {render(item)}
              </ListBoxItem>
            ))}
          </ListBox>
        </section>
      </Autocomplete>
    </div>
  );
}
