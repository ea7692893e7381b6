// What every part of the screen needs: the language and its words, the organisation's settings, the server, the page
// around us. Handed down by the app, never changed by a part.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Language } from "../bridge/messages";
import type { Api } from "./api";
import type { Config } from "./contract";
import type { Page } from "./page";
import type { Sessions } from "./session";
import type { Words } from "./words/words";

export type Shared = {
  language: Language;
  words: Words;
  config: Config;
  api: Api;
  page: Page;
  sessions: Sessions;
};

export const SharedContext = createContext<Shared | null>(null);

export function useShared(): Shared {
  const shared = useContext(SharedContext);
  if (!shared) throw new Error("useShared outside the app");
  return shared;
}
