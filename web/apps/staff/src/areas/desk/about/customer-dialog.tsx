/** Finds the customer of a contact, or makes one when there is none. Search text goes in a body, never in an address. */
import { type Contact, type Customer, Refusal } from "@balie/api";
import { useWords } from "@balie/i18n";
import { Avatar, Button, Choices, Dialog, SelectField, Tag, TextField, toast } from "@balie/ui";
import { Finder } from "@balie/ui/finder";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type FormEvent, useDeferredValue, useState } from "react";
import { newRef } from "../../../server/new-ref";
import { wordsFor } from "../../../server/words-for";
import { linkCustomer } from "../model/actions";
import { searchQuery } from "../model/queries";
import "../talk/lines.css";

export function CustomerDialog({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const { t } = useWords();
  const [text, setText] = useState("");
  const [making, setMaking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [key] = useState(newRef);
  const asked = useDeferredValue(text);
  const search = useQuery({ ...searchQuery(asked), placeholderData: keepPreviousData });
  const enough = text.trim().length >= 2;

  async function choose(customer: Customer) {
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await linkCustomer(contact.id, { customer_id: customer.id }, key);
      toast({ words: t("desk.customer.linked", { name: customer.name ?? t("desk.anonymous") }) });
      onClose();
    } catch (refusal) {
      setError(refusal);
      setBusy(false);
    }
  }

  if (making) {
    const onBack = () => setMaking(false);
    return <NewCustomer contact={contact} begin={text} repeat={key} onBack={onBack} onClose={onClose} />;
  }
  return (
    <Dialog title={t("desk.customer.link")} closeLabel={t("common.close")} onClose={onClose}>
      <Finder
        label={t("desk.customer.search")}
        placeholder={t("desk.customer.searchPlaceholder")}
        text={text}
        onText={setText}
        items={enough ? (search.data ?? []) : []}
        words={(customer) => customer.name ?? customer.id}
        render={(customer) => <CustomerLine customer={customer} />}
        onChoose={choose}
        busy={busy || search.isFetching}
        empty={
          search.error
            ? wordsFor(search.error, t)
            : !enough
              ? t("desk.customer.searchFirst")
              : search.isFetching
                ? t("common.loading")
                : t("desk.customer.none")
        }
        autoFocus
      />
      {error !== null && (
        <p className="b-error" role="alert">
          {wordsFor(error, t)}
        </p>
      )}
      <div className="b-dialog-answers">
        <Button icon="plus" onPress={() => setMaking(true)}>
          {t("desk.customer.make")}
        </Button>
      </div>
    </Dialog>
  );
}

function CustomerLine({ customer }: { customer: Customer }) {
  const { t } = useWords();
  return (
    <span className="transfer-line">
      <Avatar id={customer.id} name={customer.name ?? null} size={24} />
      <span className="b-cut">{customer.name ?? t("desk.anonymous")}</span>
      {customer.restricted && <Tag tone="attention">{t("desk.customer.restrictedSign")}</Tag>}
      <small className="b-muted b-cut">{customer.handles.map((handle) => handle.value).join(" · ")}</small>
    </span>
  );
}

type Handle = "email" | "phone" | "postal_address";
type Field = "name" | Handle;

/** Which fields of the form a refusal is about; the server names handles by their place in the list. */
function wrongFields(refusal: unknown, handles: readonly { kind: Handle }[]): Field[] {
  if (!(refusal instanceof Refusal)) return [];
  const { fields } = refusal;
  const kinds = handles.filter((_, place) => fields.has(`handles[${place}].value`)).map(({ kind }) => kind);
  return fields.has("name") ? ["name", ...kinds] : kinds;
}

interface NewCustomerProps {
  contact: Contact;
  /** What was searched for: the likely beginning. */
  begin: string;
  /** By which the server knows a repeat. */
  repeat: string;
  onBack: () => void;
  onClose: () => void;
}

function NewCustomer({ contact, begin, repeat, onBack, onClose }: NewCustomerProps) {
  const { t } = useWords();
  const isAddress = begin.includes("@");
  const isNumber = /^[\d\s+()-]{6,}$/.test(begin);
  const [kind, setKind] = useState<"person" | "organisation">("person");
  const [name, setName] = useState(isAddress || isNumber ? "" : begin.trim());
  const [email, setEmail] = useState(isAddress ? begin.trim() : "");
  const [phone, setPhone] = useState(isNumber ? begin.trim() : "");
  const [address, setAddress] = useState("");
  const [language, setLanguage] = useState(contact.language);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<readonly Field[]>([]);
  const wordsAt = (field: Field) => (wrong.includes(field) ? t(`refusal.fields.${field}`) : null);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    if (!name.trim()) return setError("missing");
    setBusy(true);
    setError(null);
    setWrong([]);
    const handles = [
      { kind: "email" as const, value: email.trim() },
      { kind: "phone" as const, value: phone.trim() },
      { kind: "postal_address" as const, value: address.trim() },
    ].filter((handle) => handle.value);
    try {
      await linkCustomer(contact.id, { new: { kind, name: name.trim(), language, handles } }, repeat);
      toast({ words: t("desk.customer.made", { name: name.trim() }) });
      onClose();
    } catch (refusal) {
      setError(refusal);
      setWrong(wrongFields(refusal, handles));
      setBusy(false);
    }
  }

  return (
    <Dialog title={t("desk.customer.make")} closeLabel={t("common.close")} onClose={onClose}>
      <form className="about-form" onSubmit={submit} noValidate>
        <Choices
          label={t("desk.customer.kind")}
          value={kind}
          onChange={(id) => setKind(id as typeof kind)}
          options={[
            { id: "person", name: t("desk.customer.kinds.person") },
            { id: "organisation", name: t("desk.customer.kinds.organisation") },
          ]}
        />
        <TextField
          label={t("desk.customer.name")}
          value={name}
          onChange={setName}
          autoFocus
          error={error === "missing" ? t("desk.customer.nameMissing") : wordsAt("name")}
        />
        <TextField
          label={t("desk.customer.handles.email")}
          type="email"
          value={email}
          onChange={setEmail}
          error={wordsAt("email")}
        />
        <TextField
          label={t("desk.customer.handles.phone")}
          type="tel"
          value={phone}
          onChange={setPhone}
          error={wordsAt("phone")}
        />
        <TextField
          label={t("desk.customer.handles.postal_address")}
          value={address}
          onChange={setAddress}
          error={wordsAt("postal_address")}
        />
        <SelectField
          label={t("desk.customer.language")}
          value={language}
          onChange={setLanguage}
          options={[
            { id: "nl", name: t("desk.languages.nl") },
            { id: "en", name: t("desk.languages.en") },
          ]}
        />
        {error !== null && error !== "missing" && (
          <p className="b-error" role="alert">
            {wordsFor(error, t)}
          </p>
        )}
        <div className="b-dialog-answers">
          <Button onPress={onBack}>{t("common.back")}</Button>
          <Button type="submit" look="primary" isDisabled={busy}>
            {t("desk.customer.makeAct")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
