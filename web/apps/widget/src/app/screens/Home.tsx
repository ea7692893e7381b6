// The first page: what you can ask about, how long it takes, and what happens with your words. Nothing is stored yet.

import { useEffect } from "preact/hooks";
import type { Language } from "../../bridge/messages";
import type { Topic } from "../contract";
import { focusStart } from "../page";
import { CloseButton } from "../parts/Header";
import { Icon } from "../parts/Icon";
import { useShared } from "../shared";

type Props = { choose: (topic: Topic) => void; speak: (language: Language) => void };

export function Home({ choose, speak }: Props) {
  const { config, words, page } = useShared();
  useEffect(() => {
    if (page.isOpen && page.embedded) focusStart(true);
  }, []);
  const someOpen = config.topics.some(({ open }) => open);
  return (
    <div class="scroll">
      <div class="hero">
        <div class="hero-top">
          <span class="hero-name">{config.organisation}</span>
          <LanguageSwitch speak={speak} />
          <CloseButton />
        </div>
        <h1 id="title" tabIndex={-1}>
          {words.home.hello}
        </h1>
        <p>{someOpen ? words.home.intro : words.home.allClosed}</p>
      </div>
      <div class="home grow">
        <h2 class="quiet">{words.home.topics}</h2>
        <ul class="topics">
          {config.topics.map((topic) => (
            <li key={topic.id}>
              {topic.open ? (
                <button type="button" class="topic" onClick={() => choose(topic)}>
                  <TopicText topic={topic} />
                  <Icon name="next" />
                </button>
              ) : (
                <div class="topic shut">
                  <TopicText topic={topic} />
                </div>
              )}
            </li>
          ))}
        </ul>
      </div>
      <Privacy />
    </div>
  );
}

function TopicText({ topic }: { topic: Topic }) {
  const { words } = useShared();
  return (
    <span class="topic-text">
      <span class="topic-name">{topic.name}</span>
      {topic.description && <span class="topic-about">{topic.description}</span>}
      {!topic.open && <span class="tag">{words.home.closed}</span>}
      {topic.open && topic.estimate_seconds !== null && (
        <span class="topic-wait">
          <Icon name="clock" />
          {words.home.wait(topic.estimate_seconds)}
        </span>
      )}
    </span>
  );
}

export function Privacy() {
  const { config, words } = useShared();
  const address = config.privacy_url && /^https?:\/\//i.test(config.privacy_url) ? config.privacy_url : null;
  return (
    <div class="privacy">
      {words.home.privacy}{" "}
      {address && (
        <a href={address} target="_blank" rel="noopener noreferrer">
          {words.home.privacyLink}
        </a>
      )}
    </div>
  );
}

const NAMES: Record<Language, string> = { nl: "Nederlands", en: "English" };

function LanguageSwitch({ speak }: { speak: (language: Language) => void }) {
  const { config, language, words } = useShared();
  const offered = (["nl", "en"] as const).filter((tag) => config.languages.includes(tag));
  if (offered.length < 2) return null;
  return (
    <fieldset class="languages">
      <legend class="quiet">{words.switchLanguage}</legend>
      {offered.map((tag) => (
        <button
          key={tag}
          type="button"
          lang={tag}
          aria-label={`${tag.toUpperCase()} ${NAMES[tag]}`}
          aria-pressed={tag === language}
          onClick={() => speak(tag)}
        >
          {tag.toUpperCase()}
        </button>
      ))}
    </fieldset>
  );
}
