/** The case that this contact belongs to: linked, chosen from the customer's own, or opened anew. */
import type { Case, Contact } from "@balie/api";
import { useWords } from "@balie/i18n";
import { Button, Dialog, Icon, IconButton, Skeleton, Tag, TextField, toast } from "@balie/ui";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useCommands } from "../../../keys/commands";
import { newRef } from "../../../server/new-ref";
import { wordsFor } from "../../../server/words-for";
import { LoadFailed } from "../load-failed";
import { linkCase, unlinkCase } from "../model/actions";
import { casesQuery } from "../model/queries";

export function CaseSection({ contact }: { contact: Contact }) {
  const { t } = useWords();
  const [choosing, setChoosing] = useState(false);
  useCommands([
    { id: "case", words: t("desk.case.link"), group: "about", keys: "z", run: () => setChoosing(true) },
  ]);
  const release = () =>
    unlinkCase(contact.id).catch((refusal) => toast({ words: wordsFor(refusal, t), tone: "danger" }));

  return (
    <section className="about-part">
      <h3 className="about-title">{t("desk.case.title")}</h3>
      {contact.case ? (
        <div className="about-case">
          <Icon name="folder" />
          <div className="b-cut">
            <p className="b-cut">{contact.case.subject ?? t("desk.erased")}</p>
            <small className="b-muted b-numbers">{contact.case.number}</small>
          </div>
          <IconButton icon="unlink" label={t("desk.case.unlink")} onPress={release} small />
        </div>
      ) : (
        <Button small icon="folder" keys="Z" onPress={() => setChoosing(true)}>
          {t("desk.case.link")}
        </Button>
      )}
      {choosing && <CaseDialog contact={contact} onClose={() => setChoosing(false)} />}
    </section>
  );
}

function CaseDialog({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const { t, formats } = useWords();
  const customer = contact.customer?.id;
  const cases = useQuery({ ...casesQuery(customer ?? ""), enabled: Boolean(customer) });
  const [subject, setSubject] = useState(contact.subject ?? "");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [key] = useState(newRef);

  async function link(body: Parameters<typeof linkCase>[1]) {
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      const after = await linkCase(contact.id, body, key);
      toast({ words: t("desk.case.linked", { number: after.case?.number ?? "" }) });
      onClose();
    } catch (refusal) {
      setError(refusal);
      setBusy(false);
    }
  }

  function make(event: FormEvent) {
    event.preventDefault();
    if (!subject.trim()) return setError("missing");
    link({ new: { subject: subject.trim() } });
  }

  return (
    <Dialog title={t("desk.case.link")} closeLabel={t("common.close")} onClose={onClose}>
      {cases.isLoading && <Skeleton lines={2} label={t("common.loading")} />}
      {cases.error && !cases.data && <LoadFailed error={cases.error} onAgain={cases.refetch} />}
      {cases.data && cases.data.length > 0 && (
        <>
          <h3 className="about-title">{t("desk.case.ofCustomer")}</h3>
          <ul className="about-cases">
            {cases.data.map((item: Case) => (
              <li key={item.id}>
                <button type="button" disabled={busy} onClick={() => link({ case_id: item.id })}>
                  <Icon name="folder" />
                  <span className="b-cut">{item.subject ?? t("desk.erased")}</span>
                  <small className="b-muted b-numbers">
                    {item.number} · {formats.day(item.opened_at, Date.now())}
                  </small>
                  <Tag tone={item.state === "open" ? "positive" : "neutral"}>
                    {t(`desk.case.states.${item.state}`)}
                  </Tag>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      <form className="about-form" onSubmit={make} noValidate>
        <TextField
          label={t("desk.case.subject")}
          advice={t("desk.case.subjectAdvice")}
          value={subject}
          onChange={setSubject}
          autoFocus
          error={error === "missing" ? t("desk.case.subjectMissing") : null}
        />
        {error !== null && error !== "missing" && (
          <p className="b-error" role="alert">
            {wordsFor(error, t)}
          </p>
        )}
        <div className="b-dialog-answers">
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" look="primary" isDisabled={busy}>
            {t("desk.case.make")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
