// The whole chat: fetches the organisation's settings, and shows the home page, the form or the conversation.

import { useEffect, useMemo, useState } from "preact/hooks";
import type { Language } from "../bridge/messages";
import type { Api } from "./api";
import type { Config, Topic } from "./contract";
import { focusStart, type Page } from "./page";
import { codeOf } from "./refused";
import { Home } from "./screens/Home";
import { type Question, Start } from "./screens/Start";
import { Talk } from "./screens/Talk";
import { Loading, Trouble } from "./screens/Trouble";
import type { Session, Sessions } from "./session";
import { SharedContext } from "./shared";
import { wear } from "./theme";
import { explain, loadWords, type Words } from "./words/words";

type Props = {
  api: Api;
  page: Page;
  sessions: Sessions;
  language: Language;
  words: Words;
  scheme: string | null;
};

const REFRESH_EVERY = 60_000;
const NOTHING: Question = { name: "", text: "" };
const EMPTY: Config = {
  organisation: "",
  title: "Chat",
  languages: [],
  topics: [],
  theme: {},
  limits: { text: 4000, file_bytes: 10_000_000, file_types: [] },
  privacy_url: null,
};

export function App({ api, page, sessions, scheme, ...first }: Props) {
  const [{ language, words }, setSpeech] = useState({ language: first.language, words: first.words });
  const [config, setConfig] = useState<Config | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [session, setSession] = useState(sessions.session);
  const [topic, setTopic] = useState<Topic | null>(null);
  const [wanted, setWanted] = useState<string | null>(null);
  const [starting, setStarting] = useState(sessions.starting);
  const [question, setQuestion] = useState<Question>({
    name: starting?.name ?? "",
    text: starting?.text ?? "",
  });
  const found = config?.topics.find(({ id, open }) =>
    starting ? id === starting.topic_id : id === wanted && open,
  );
  const chosen = topic ?? found ?? (starting && unknownTopic(starting.topic_id, config));
  const home = !session && !chosen;

  async function load() {
    try {
      setConfig(await api.config(language));
      setTrouble(null);
    } catch (error) {
      setTrouble(codeOf(error));
    }
  }

  useEffect(() => {
    void load();
    const timer = setInterval(() => home && page.isOpen && !document.hidden && void load(), REFRESH_EVERY);
    return () => clearInterval(timer);
  }, [language, home]);

  useEffect(() => wear(config?.theme ?? {}, scheme), [config]);

  useEffect(() => {
    document.documentElement.lang = language;
    document.title = config?.title ?? "Chat";
    page.tell({ type: "language", language });
  }, [language, config]);

  useEffect(() => {
    const stop = page.listen((opened) => {
      if (opened?.topic) setWanted(opened.topic);
      if (opened?.focus) requestAnimationFrame(() => focusStart(page.isFull));
    });
    page.tell({ type: "ready" });
    return stop;
  }, []);

  useEffect(() => sessions.watch(() => setSession(sessions.session)), []);

  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]"))
        page.tell({ type: "close" });
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);

  /** Without a connection the language stays as it is. */
  async function speak(next: Language) {
    const found = await loadWords(next).catch(() => null);
    if (found) setSpeech({ language: next, words: found });
  }

  function leaveForm() {
    setTopic(null);
    setWanted(null);
    setStarting(null);
  }

  function begun(fresh: Session) {
    sessions.begun(fresh);
    page.tell({ type: "started" });
    setSession(fresh);
    setQuestion(NOTHING);
    leaveForm();
  }

  function forget() {
    sessions.forget();
    page.tell({ type: "forgotten" });
    page.tell({ type: "unread", count: 0 });
    setSession(null);
    setQuestion(NOTHING);
    leaveForm();
    void load();
  }

  const shared = useMemo(
    () => ({ language, words, config: config ?? EMPTY, api, page, sessions }),
    [language, config],
  );

  let screen = <Loading words={words} />;
  if (session) screen = <Talk key={session.token} token={session.token} forget={forget} />;
  else if (config && chosen)
    screen = (
      <Start
        topic={chosen}
        starting={starting}
        question={question}
        write={setQuestion}
        back={leaveForm}
        begun={begun}
      />
    );
  else if (config) screen = <Home choose={setTopic} speak={(next) => void speak(next)} />;
  else if (trouble)
    screen = (
      <Trouble
        title={words.refused.offline === explain(words, trouble) ? words.talk.connecting : "Chat"}
        text={trouble === "not_found" ? words.widgetGone : explain(words, trouble)}
        action={words.tryAgain}
        act={() => void load()}
      />
    );

  return (
    <SharedContext.Provider value={shared}>
      {/* One landmark with a name, so that it does not mix with those of the website around it. */}
      <main class="app" aria-labelledby="title">
        {screen}
      </main>
    </SharedContext.Provider>
  );
}

/** For a question on its way about a topic that is no longer offered: the server decides what becomes of it. */
function unknownTopic(id: string, config: Config | null): Topic {
  return { id, name: config?.title ?? "Chat", description: null, estimate_seconds: null, open: true };
}
