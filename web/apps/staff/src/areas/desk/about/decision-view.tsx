/** Why this contact came to whom it came, in plain words: what counted, who else, and who not. */
import type { Candidate, Contact, Decision } from "@balie/api";
import { type Formats, useWords, type Words } from "@balie/i18n";
import { Avatar, Button, EmptyState, Icon, Skeleton } from "@balie/ui";
import { useQuery } from "@tanstack/react-query";
import { wordsFor } from "../../../server/words-for";
import { decisionsQuery } from "../model/queries";

export function DecisionView({ contact }: { contact: Contact }) {
  const { t } = useWords();
  const { data, error, isPending, refetch } = useQuery(decisionsQuery(contact.id));
  if (isPending) return <Skeleton lines={6} label={t("common.loading")} />;
  if (error) {
    return (
      <EmptyState
        icon="route"
        title={t("desk.decision.failed")}
        small
        action={<Button onPress={() => refetch()}>{t("common.again")}</Button>}
      >
        {wordsFor(error, t)}
      </EmptyState>
    );
  }
  if (data.length === 0) {
    return (
      <EmptyState icon="route" title={t("desk.decision.noneTitle")} small>
        {t("desk.decision.noneWords")}
      </EmptyState>
    );
  }
  return data.map((decision) => <One key={decision.id} decision={decision} />);
}

function One({ decision }: { decision: Decision }) {
  const { t, formats } = useWords();
  const { chosen, queue, stage, outcome } = decision;
  const waited = formats.duration(Date.parse(decision.at) - Date.parse(decision.waited_since));
  const standing = decision.candidates.find(({ agent }) => agent.id === chosen.id);
  const others = decision.candidates.filter(({ agent }) => agent.id !== chosen.id);
  return (
    <section className="decision">
      <p className="decision-story">
        {t("desk.decision.story", {
          time: formats.clock(decision.at),
          queue: queue.name,
          waited,
          name: chosen.name,
        })}
        {outcome && ` ${t(`desk.decision.outcome.${outcome}`, { name: chosen.name, defaultValue: outcome })}`}
        {stage > 0 && ` ${t("desk.decision.stage", { stage })}`}
      </p>
      <h3 className="about-title">{t("desk.decision.because")}</h3>
      <ul className="decision-reasons">
        {reasonsOf(decision, standing, t, formats).map((reason) => (
          <li key={reason}>
            <Icon name="check" size={14} />
            {reason}
          </li>
        ))}
      </ul>
      {others.length > 0 && (
        <>
          <h3 className="about-title">{t("desk.decision.others")}</h3>
          <ul className="decision-others">
            {others.map((candidate) => (
              <Other key={candidate.agent.id} candidate={candidate} at={decision.at} />
            ))}
          </ul>
        </>
      )}
      <Excluded counts={decision.excluded} />
    </section>
  );
}

function Other({ candidate, at }: { candidate: Candidate; at: string }) {
  const { t, formats } = useWords();
  const { agent, excluded } = candidate;
  const words = excluded
    ? t(`desk.decision.out.${excluded}`, { defaultValue: excluded })
    : standingOf(candidate, at, t, formats).join(" · ");
  return (
    <li>
      <Avatar id={agent.id} name={agent.name} size={22} />
      <span>
        {agent.name}
        <small className="b-muted">{words}</small>
      </span>
    </li>
  );
}

function Excluded({ counts }: { counts: Decision["excluded"] }) {
  const { t } = useWords();
  const rows = Object.entries(counts).filter(([, count]) => count > 0);
  if (rows.length === 0) return null;
  return (
    <>
      <h3 className="about-title">{t("desk.decision.excluded")}</h3>
      <ul className="decision-excluded">
        {rows.map(([code, count]) => (
          <li key={code}>
            <b className="b-numbers">{count}</b> {t(`desk.decision.out.${code}`, { defaultValue: code })}
          </li>
        ))}
      </ul>
    </>
  );
}

function reasonsOf(
  decision: Decision,
  standing: Candidate | undefined,
  t: Words,
  formats: Formats,
): string[] {
  const { eligible, kept, at } = decision;
  return [
    kept ? t("desk.decision.kept") : null,
    eligible === 1 ? t("desk.decision.only") : t("desk.decision.eligible", { count: eligible }),
    ...(standing ? standingOf(standing, at, t, formats) : []),
  ].filter((reason) => reason !== null);
}

/** How somebody stood when the choice was made. */
function standingOf(
  { levels, busy, idle_since: idle }: Candidate,
  at: string,
  t: Words,
  formats: Formats,
): string[] {
  return [
    levels ? t("desk.decision.levels", { levels }) : null,
    typeof busy === "number" ? t("desk.decision.room", { busy }) : null,
    idle ? t("desk.decision.idle", { time: formats.duration(Date.parse(at) - Date.parse(idle)) }) : null,
  ].filter((words) => words !== null);
}
