/** Me: my name and organisation, language, theme, one-letter keys, leaving. */
import type { Session } from "@balie/api";
import { languages, useWords } from "@balie/i18n";
import { Avatar, Menu, MenuItem, MenuSection, setTheme, type Theme, toast, useTheme } from "@balie/ui";
import { Button } from "react-aria-components/Button";
import { wordsFor } from "../server/words-for";
import { speak, switchOrganisation } from "../session/session";
import { useSignOut } from "./sign-out";

const themes: readonly { theme: Theme; icon: "monitor" | "sun" | "moon" }[] = [
  { theme: "system", icon: "monitor" },
  { theme: "light", icon: "sun" },
  { theme: "dark", icon: "moon" },
];
const names = { nl: "Nederlands", en: "English" };

export function PersonMenu({ session }: { session: Session }) {
  const { t, language } = useWords();
  const theme = useTheme();
  const { person, organisation, organisations } = session;
  const { leave, question } = useSignOut();
  const tell = (error: unknown) => toast({ words: wordsFor(error, t), tone: "danger" });

  return (
    <>
      <Menu
        label={t("shell.me", { name: person.name })}
        placement="right bottom"
        trigger={
          <Button className="rail-person" aria-label={t("shell.me", { name: person.name })}>
            <Avatar id={person.id} name={person.name} size={30} />
          </Button>
        }
        head={
          <div className="rail-head">
            <strong>{person.name}</strong>
            <span className="b-muted">{organisation.name}</span>
          </div>
        }
      >
        {organisations.length > 1 && (
          <MenuSection title={t("shell.organisation")}>
            {organisations.map((other) => (
              <MenuItem
                key={other.id}
                icon="building"
                chosen={other.id === organisation.id}
                onAction={() => other.id !== organisation.id && switchOrganisation(other.id).catch(tell)}
              >
                {other.name}
              </MenuItem>
            ))}
          </MenuSection>
        )}
        <MenuSection title={t("shell.language")}>
          {languages.map((other) => (
            <MenuItem
              key={other}
              icon="globe"
              chosen={other === language}
              onAction={() => speak(other).catch(tell)}
            >
              {names[other]}
            </MenuItem>
          ))}
        </MenuSection>
        <MenuSection title={t("shell.theme")}>
          {themes.map((other) => (
            <MenuItem
              key={other.theme}
              icon={other.icon}
              chosen={other.theme === theme}
              onAction={() => setTheme(other.theme)}
            >
              {t(`shell.themes.${other.theme}`)}
            </MenuItem>
          ))}
        </MenuSection>
        <MenuSection title={t("shell.leave")}>
          <MenuItem icon="signOut" onAction={leave}>
            {t("shell.signOut")}
          </MenuItem>
        </MenuSection>
      </Menu>
      {question}
    </>
  );
}
