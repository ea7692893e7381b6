// One line of the conversation: a bubble of the visitor or the agent, or a notice in between. Says who spoke and when
// to those who do not see it.

import type { Chat, View } from "../chat/chat";
import { useShared } from "../shared";
import { clockTime, explain } from "../words/words";
import { Files } from "./Files";
import { Icon, type IconName } from "./Icon";
import type { Line } from "./lines";
import { Text } from "./Text";

type Props = { line: Line; view: View; chat: Chat; token: string };

export function Message({ line, view, chat, token }: Props) {
  const { language, words } = useShared();
  const notice = line.event
    ? words.events[line.event.code]?.(agentOf(line))
    : line.author === "system"
      ? line.text
      : null;
  if (line.event && !notice) return null;
  const time = clockTime(language, line.at);
  if (notice)
    return (
      <p class="notice">
        <span class="quiet">{words.talk.system}: </span>
        <Text text={notice} /> <time dateTime={line.at}>{time}</time>
      </p>
    );
  const who = line.author === "you" ? words.talk.you : (line.name ?? words.talk.agent);
  const erased = line.text === null && line.attachments.length === 0;
  return (
    <div class={`said ${line.author} ${line.first ? "first" : ""} ${line.last ? "last" : ""}`}>
      {line.first && line.author === "agent" && (
        <span class="who" aria-hidden="true">
          {who}
        </span>
      )}
      <span class="quiet">{`${who}, ${time}:`}</span>
      {erased && <p class="bubble erased">{words.talk.erased}</p>}
      {line.text && (
        <p class="bubble">
          <Text text={line.text} />
        </p>
      )}
      <Files token={token} attachments={line.attachments} />
      {line.mark === "refused" ? (
        <Refusal line={line} chat={chat} />
      ) : (
        (line.last || line.mark) && (
          <span class="under">
            <time dateTime={line.at} aria-hidden="true">
              {time}
            </time>
            {line.mark && <MarkText mark={line.mark} offline={view.link !== "open"} />}
          </span>
        )
      )}
    </div>
  );
}

function agentOf({ name, event }: Line): string | null {
  return event?.params.agent_name ?? event?.params.name ?? name;
}

const MARKS: Record<"sending" | "sent" | "read", IconName> = {
  sending: "clock",
  sent: "check",
  read: "both",
};

function MarkText({ mark, offline }: { mark: Exclude<Line["mark"], "refused" | null>; offline: boolean }) {
  const { words } = useShared();
  return (
    <span class={`mark ${mark}`}>
      <Icon name={mark === "sending" && offline ? "off" : MARKS[mark]} />
      {words.talk[mark]}
    </span>
  );
}

function Refusal({ line, chat }: { line: Line; chat: Chat }) {
  const { words } = useShared();
  const { ref, refused, text, attachments } = line.unsent as NonNullable<Line["unsent"]>;
  const asNew = refused === "conflict";
  const leavesFiles = asNew && attachments.length > 0;
  return (
    <div class="refusal">
      <p role="alert">
        <strong>{words.talk.notSent}</strong> {explain(words, refused ?? "internal")}
        {leavesFiles && ` ${words.talk.withoutFiles}`}
      </p>
      {(!asNew || text) && (
        <button type="button" onClick={() => chat.retry(ref)}>
          {asNew ? words.talk.asNew : words.talk.again}
        </button>
      )}
      <button type="button" onClick={() => chat.discard(ref)}>
        {words.talk.discard}
      </button>
    </div>
  );
}
