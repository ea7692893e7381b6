// Starts the page inside the iframe: reads its own address, and draws. It stores nothing by itself.

import { render } from "preact";
import { pickLanguage } from "../bridge/messages";
import { App } from "./App";
import { Api } from "./api";
import { browserStore } from "./chat/store";
import { Page } from "./page";
import { Sessions } from "./session";
import { loadWords } from "./words/words";
import "./styles/base.css";
import "./styles/screens.css";
import "./styles/talk.css";

const key = /\/widget\/([\w-]+)/.exec(location.pathname)?.[1] ?? "";
const asked = new URLSearchParams(location.search);
const page = new Page();
const sessions = new Sessions(browserStore(), key);
const language = sessions.session?.language ?? pickLanguage(asked.get("language") ?? navigator.language);

const words = await loadWords(language);
render(
  <App
    api={new Api(key)}
    page={page}
    sessions={sessions}
    language={language}
    words={words}
    scheme={asked.get("scheme")}
  />,
  document.getElementById("app") as HTMLElement,
);
