/** How many wait where, since when, and how long one waits there now. The busiest first; quiet ones are folded away. */
import type { Queue } from "@balie/api";
import { useWords } from "@balie/i18n";
import { Button, Skeleton } from "@balie/ui";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { wordsFor } from "../../../server/words-for";
import { estimateWords } from "../model/estimate-words";
import { useNow } from "../model/now";
import { queuesQuery } from "../model/queries";

const shownAtFirst = 6;

export function QueueList() {
  const { t } = useWords();
  const now = useNow(10_000);
  const { data: queues, error, isPending, refetch } = useQuery(queuesQuery);
  const [all, setAll] = useState(false);
  const waiting = queues?.reduce((sum, queue) => sum + queue.waiting, 0) ?? 0;
  const sorted = [...(queues ?? [])].sort((a, b) => b.waiting - a.waiting || a.name.localeCompare(b.name));
  const shown = all ? sorted : sorted.filter((queue) => queue.waiting > 0).slice(0, shownAtFirst);

  return (
    <section className="queues">
      <h2 className="work-title">
        {t("desk.queues.title")}
        <span>{queues && t("desk.queues.waiting", { count: waiting })}</span>
      </h2>
      {isPending && <Skeleton lines={4} label={t("common.loading")} />}
      {error && !queues && (
        <p className="work-none">
          {wordsFor(error, t)}{" "}
          <Button look="quiet" small onPress={() => refetch()}>
            {t("common.again")}
          </Button>
        </p>
      )}
      {queues && waiting === 0 && !all && <p className="work-none">{t("desk.queues.none")}</p>}
      <ul>
        {shown.map((queue) => (
          <QueueLine key={queue.id} queue={queue} now={now} />
        ))}
      </ul>
      {sorted.length > shown.length || all ? (
        <Button look="quiet" small onPress={() => setAll(!all)}>
          {all ? t("desk.queues.fewer") : t("desk.queues.all", { count: sorted.length })}
        </Button>
      ) : null}
    </section>
  );
}

function QueueLine({ queue, now }: { queue: Queue; now: number }) {
  const { t, formats } = useWords();
  const { name, waiting, longest_waiting_since: since, estimate_seconds: estimate } = queue;
  const wait = estimateWords(estimate, t);
  return (
    <li className="queue">
      <span className="queue-words">
        <span className="b-cut">{name}</span>
        {wait && <small className="b-faint b-cut">{wait}</small>}
      </span>
      {since && (
        <time className="b-faint" dateTime={since}>
          {formats.ago(since, now)}
        </time>
      )}
      <b className="b-numbers" data-none={waiting === 0 || undefined}>
        <span className="b-hidden">{t("desk.queues.waiting", { count: waiting })}</span>
        <span aria-hidden="true">{waiting}</span>
      </b>
    </li>
  );
}
