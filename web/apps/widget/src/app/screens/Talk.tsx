// The conversation: header, queue, messages and the field to write in; and what comes after the end.

import { useEffect, useMemo, useState } from "preact/hooks";
import { liveAddress } from "../api";
import { Chat, type View } from "../chat/chat";
import { browserWorld } from "../chat/world";
import { focusStart } from "../page";
import { After } from "../parts/After";
import { Composer } from "../parts/Composer";
import { EndDialog } from "../parts/EndDialog";
import { Header } from "../parts/Header";
import { Icon } from "../parts/Icon";
import { Log } from "../parts/Log";
import { LineState, Typing, Waiting } from "../parts/Status";
import { StillThere } from "../parts/StillThere";
import { useShared } from "../shared";
import { explain, type Words } from "../words/words";
import { Trouble } from "./Trouble";

type Props = { token: string; forget: () => void };

export function Talk({ token, forget }: Props) {
  const { api, page, sessions, words } = useShared();
  const [asking, setAsking] = useState(false);
  const chat = useMemo(
    () =>
      new Chat({
        world: browserWorld(liveAddress()),
        store: sessions.store,
        outbox: sessions.outbox,
        token,
        again: (body) => api.again(token, body),
      }),
    [],
  );
  const view = useView(chat);
  const { conversation, gone } = view;
  const ended = conversation?.state === "ended";
  const talking = conversation?.state === "active";

  useEffect(() => page.tell({ type: "unread", count: view.unread }), [view.unread]);

  useEffect(() => {
    if (page.isOpen && document.hasFocus()) focusStart(page.isFull);
  }, []);

  function wipe() {
    chat.forget();
    forget();
  }

  if (gone)
    return (
      <Trouble title={words.gone.title} text={explain(words, gone)} action={words.gone.fresh} act={wipe} />
    );

  return (
    <>
      <Header
        title={titleOf(view, words)}
        {...(talking && { spoken: words.talk.with, before: <Face name={conversation.agent_name} /> })}
        {...(conversation?.topic && { under: conversation.topic })}
      >
        {conversation && !ended && (
          <button
            type="button"
            class="bar-button"
            aria-label={words.end.button}
            onClick={() => setAsking(true)}
          >
            {words.end.short}
          </button>
        )}
      </Header>
      <div class="talk">
        <LineState view={view} lasting={sessions.store.lasting} />
        <Waiting view={view} />
        <Log chat={chat} view={view} token={token} />
        <Typing view={view} />
        {view.stillThereUntil !== null && (
          <StillThere until={view.stillThereUntil} here={() => chat.here()} />
        )}
        {ended && <After chat={chat} view={view} token={token} forget={wipe} />}
        {!ended && view.ending && (
          <p class="composer note" role="status">
            {words.end.busy}
          </p>
        )}
        {!ended && !view.ending && <Composer chat={chat} token={token} />}
      </div>
      {asking && !ended && (
        <EndDialog
          no={() => setAsking(false)}
          yes={() => {
            setAsking(false);
            chat.end();
          }}
        />
      )}
    </>
  );
}

function titleOf({ conversation }: View, words: Words): string {
  if (!conversation) return words.talk.connecting;
  if (conversation.state === "ended") return words.talk.ended;
  if (conversation.state === "waiting") return words.waiting.title;
  return conversation.agent_name ?? words.talk.someone;
}

/** The first letter of the agent's name; a sign that there is a person. */
function Face({ name }: { name: string | null }) {
  return (
    <span class="face" aria-hidden="true">
      {name ? name.trim().charAt(0).toUpperCase() : <Icon name="ask" />}
    </span>
  );
}

/** Follows the conversation, and wakes the line when the network or the screen comes back. */
function useView(chat: Chat): View {
  const [view, setView] = useState(chat.view);
  useEffect(() => {
    const stop = chat.subscribe(() => setView(chat.view));
    const wake = () => !document.hidden && chat.wake();
    addEventListener("online", wake);
    document.addEventListener("visibilitychange", wake);
    chat.start();
    return () => {
      stop();
      removeEventListener("online", wake);
      document.removeEventListener("visibilitychange", wake);
      chat.stop();
    };
  }, []);
  return view;
}
