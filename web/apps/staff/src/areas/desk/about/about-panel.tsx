/** What is known about the contact in hand: the customer, the case, everything before, and why it came to me. */
import { useWords } from "@balie/i18n";
import { Button, EmptyState, IconButton, Skeleton, Tabs } from "@balie/ui";
import { useState } from "react";
import { wordsFor } from "../../../server/words-for";
import { useSession } from "../../../session/session";
import { useContact } from "../model/contact";
import type { Opened } from "../model/opened";
import { CaseSection } from "./case-section";
import { CustomerSection } from "./customer-section";
import { DecisionView } from "./decision-view";
import { EarlierContacts } from "./earlier-contacts";
import { HistoryView } from "./history-view";
import "./about.css";

export function AboutPanel({ id, opened }: { id: string; opened: Opened }) {
  const { t } = useWords();
  const { contact, error, refetch } = useContact(id);
  const mayAsk = useSession().membership.permissions.includes("read_decisions");
  const [tab, setTab] = useState("customer");
  return (
    <section className="about" aria-label={t("desk.about.label")}>
      <span className="only-narrow about-back">
        <IconButton icon="arrowLeft" label={t("desk.about.back")} onPress={() => opened.turnTo(null)} />
        <strong>{t("desk.about.label")}</strong>
      </span>
      {contact ? (
        <Tabs
          label={t("desk.about.label")}
          chosen={tab}
          onChoose={setTab}
          tabs={[
            {
              id: "customer",
              name: t("desk.about.customer"),
              panel: (
                <>
                  <CustomerSection contact={contact} />
                  <CaseSection contact={contact} />
                  {contact.customer && <EarlierContacts contact={contact} opened={opened} />}
                </>
              ),
            },
            { id: "history", name: t("desk.about.history"), panel: <HistoryView contact={contact} /> },
            ...(mayAsk
              ? [{ id: "decision", name: t("desk.about.why"), panel: <DecisionView contact={contact} /> }]
              : []),
          ]}
        />
      ) : error ? (
        <EmptyState
          icon="alert"
          title={t("desk.contactFailed")}
          small
          action={<Button onPress={() => refetch()}>{t("common.again")}</Button>}
        >
          {wordsFor(error, t)}
        </EmptyState>
      ) : (
        <Skeleton lines={6} label={t("common.loading")} />
      )}
    </section>
  );
}
