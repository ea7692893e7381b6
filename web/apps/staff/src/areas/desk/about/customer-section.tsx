/** Who the customer is and how to reach them; finding, making, and letting go of one. */
import type { Contact } from "@balie/api";
import { useWords } from "@balie/i18n";
import {
  Avatar,
  Banner,
  Button,
  Icon,
  IconButton,
  type IconName,
  Menu,
  MenuItem,
  Skeleton,
  toast,
} from "@balie/ui";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useCommands } from "../../../keys/commands";
import { wordsFor } from "../../../server/words-for";
import { lazily } from "../../../shell/lazily";
import { LoadFailed } from "../load-failed";
import { unlinkCustomer } from "../model/actions";
import { customerQuery } from "../model/queries";

const CustomerDialog = lazily(() => import("./customer-dialog").then((part) => part.CustomerDialog));

const signs: Record<string, IconName> = {
  email: "mail",
  phone: "phone",
  postal_address: "building",
  customer_number: "file",
  chat: "chat",
};

export function CustomerSection({ contact }: { contact: Contact }) {
  const { t } = useWords();
  const [finding, setFinding] = useState(false);
  useCommands([
    {
      id: "customer",
      words: t("desk.customer.link"),
      group: "about",
      keys: "c",
      run: () => setFinding(true),
    },
  ]);
  return (
    <section className="about-part" aria-label={t("desk.about.customer")}>
      {contact.customer ? (
        <Known contact={contact} id={contact.customer.id} onOther={() => setFinding(true)} />
      ) : (
        <div className="about-unknown">
          <Avatar id={contact.id} name={null} size={40} />
          <div>
            <h2>{t("desk.anonymous")}</h2>
            <p className="b-muted">{t("desk.customer.unknown")}</p>
          </div>
          <Button small icon="userPlus" keys="C" onPress={() => setFinding(true)}>
            {t("desk.customer.link")}
          </Button>
        </div>
      )}
      {finding && <CustomerDialog contact={contact} onClose={() => setFinding(false)} />}
    </section>
  );
}

function Known({ contact, id, onOther }: { contact: Contact; id: string; onOther: () => void }) {
  const { t } = useWords();
  const { data: customer, error, isPending, refetch } = useQuery(customerQuery(id));
  const name = customer?.name ?? contact.customer?.name ?? t("desk.anonymous");
  const kind = customer?.kind ?? contact.customer?.kind ?? "person";
  const release = () =>
    unlinkCustomer(contact.id).catch((refusal) => toast({ words: wordsFor(refusal, t), tone: "danger" }));

  return (
    <>
      <div className="about-head">
        <Avatar id={id} name={name} size={40} />
        <div className="b-cut">
          <h2 className="b-cut">{name}</h2>
          <p className="b-muted">
            {t(`desk.customer.kinds.${kind}`)}
            {customer && ` · ${languageName(customer.language, t)}`}
          </p>
        </div>
        <Menu
          label={t("desk.customer.more")}
          placement="bottom end"
          trigger={<IconButton icon="dots" label={t("desk.customer.more")} small />}
        >
          <MenuItem icon="link" keys="C" onAction={onOther}>
            {t("desk.customer.other")}
          </MenuItem>
          <MenuItem icon="unlink" onAction={release}>
            {t("desk.customer.unlink")}
          </MenuItem>
        </Menu>
      </div>
      {isPending && <Skeleton lines={2} label={t("common.loading")} />}
      {error && !customer && <LoadFailed error={error} onAgain={refetch} />}
      {customer?.restricted && (
        <Banner tone="attention" icon="shield">
          {t("desk.customer.restricted")}
        </Banner>
      )}
      {customer && (
        <ul className="about-handles">
          {customer.handles.map((handle) => (
            <li key={handle.id}>
              <Icon name={signs[handle.kind] ?? "link"} size={14} />
              <span className="b-hidden">
                {t(`desk.customer.handles.${handle.kind}`, { defaultValue: handle.kind })}
              </span>
              <HandleValue kind={handle.kind} value={handle.value} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function HandleValue({ kind, value }: { kind: string; value: string }) {
  if (kind === "email") return <a href={`mailto:${encodeURIComponent(value)}`}>{value}</a>;
  if (kind === "phone") return <a href={`tel:${value.replace(/[^\d+]/g, "")}`}>{value}</a>;
  return <span>{value}</span>;
}

function languageName(language: string, t: (key: string, values?: Record<string, string>) => string): string {
  return t(`desk.languages.${language}`, { defaultValue: language });
}
