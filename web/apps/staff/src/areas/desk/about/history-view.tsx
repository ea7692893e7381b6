/** Everything this customer and we said, over all contacts and channels in one line, newest first. */
import type { Contact, TimelineEntry } from "@balie/api";
import { useWords } from "@balie/i18n";
import { Button, EmptyState, Icon, Skeleton } from "@balie/ui";
import { useInfiniteQuery } from "@tanstack/react-query";
import { wordsFor } from "../../../server/words-for";
import { LoadFailed } from "../load-failed";
import { eventWords } from "../model/event-words";
import { timelineQuery } from "../model/queries";
import { SafeText } from "../talk/safe-text";

export function HistoryView({ contact }: { contact: Contact }) {
  const { t } = useWords();
  if (!contact.customer) {
    return (
      <EmptyState icon="user" title={t("desk.history.unknownTitle")} small>
        {t("desk.history.unknownWords")}
      </EmptyState>
    );
  }
  return <Timeline customer={contact.customer.id} />;
}

function Timeline({ customer }: { customer: string }) {
  const { t, formats } = useWords();
  const query = useInfiniteQuery(timelineQuery(customer));
  const entries = query.data?.pages.flatMap((page) => page.items) ?? [];
  if (query.isPending) return <Skeleton lines={8} label={t("common.loading")} />;
  if (query.error && entries.length === 0) {
    return (
      <EmptyState
        icon="offline"
        title={t("desk.entriesFailed")}
        small
        action={<Button onPress={() => query.refetch()}>{t("common.again")}</Button>}
      >
        {wordsFor(query.error, t)}
      </EmptyState>
    );
  }
  return (
    <div className="history">
      {groupsOf(entries).map((group) => (
        <section key={group.key}>
          <h3>
            <Icon name="chat" size={13} />
            <span className="b-cut">{group.subject ?? t("desk.noSubject")}</span>
            <time dateTime={group.at}>{formats.day(group.at, Date.now())}</time>
          </h3>
          <ol>
            {group.entries.map((entry) => (
              <Line key={entry.id} entry={entry} />
            ))}
          </ol>
        </section>
      ))}
      {query.isFetchNextPageError && <LoadFailed error={query.error} onAgain={query.fetchNextPage} />}
      {query.hasNextPage && !query.isFetchNextPageError && (
        <Button small isDisabled={query.isFetchingNextPage} onPress={() => query.fetchNextPage()}>
          {query.isFetchingNextPage ? t("common.loading") : t("desk.history.more")}
        </Button>
      )}
    </div>
  );
}

function Line({ entry }: { entry: TimelineEntry }) {
  const { t, formats } = useWords();
  const who =
    entry.author.kind === "customer" ? t("desk.history.customer") : (entry.author.name ?? t("desk.system"));
  return (
    <li className="history-line" data-kind={entry.kind} data-author={entry.author.kind}>
      <time dateTime={entry.at}>{formats.clock(entry.at)}</time>
      {entry.kind === "event" ? (
        <p className="b-faint">{eventWords(entry.event, t)}</p>
      ) : (
        <p>
          <strong>
            {entry.kind === "note" && <Icon name="lock" size={11} />} {who}
          </strong>{" "}
          {entry.erased ? (
            <em className="b-faint">{t("desk.erased")}</em>
          ) : (
            <SafeText text={entry.text ?? ""} />
          )}
          {entry.attachments.map((file) => (
            <span key={file.id} className="history-file">
              <Icon name="paperclip" size={12} /> {file.name}
            </span>
          ))}
        </p>
      )}
    </li>
  );
}

/** Entries that follow each other in one contact stand under one heading. */
function groupsOf(entries: readonly TimelineEntry[]) {
  const groups: { key: string; subject: string | null; at: string; entries: TimelineEntry[] }[] = [];
  let before: string | null = null;
  for (const entry of entries) {
    if (entry.contact.id !== before) {
      groups.push({
        key: entry.id,
        subject: entry.contact.subject ?? null,
        at: entry.contact.started_at,
        entries: [],
      });
    }
    groups.at(-1)?.entries.push(entry);
    before = entry.contact.id;
  }
  return groups;
}
