/** The door. Knows no organisation yet, and so shows the looks of none. */
import { type Language, setLanguage, useWords } from "@balie/i18n";
import { Button } from "@balie/ui";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { Mark } from "../shell/mark";
import { SignInForm } from "./sign-in-form";
import "./sign-in.css";

export function SignInPage() {
  const { t, language } = useWords();
  const { to } = useSearch({ from: "/sign-in" });
  const navigate = useNavigate();
  const other: Language = language === "nl" ? "en" : "nl";

  useEffect(() => {
    document.title = `${t("signIn.title")} · Balie`;
  }, [t]);

  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <Mark size={40} />
        <h1>{t("signIn.title")}</h1>
        <p className="b-muted">{t("signIn.intro")}</p>
        <SignInForm onSignedIn={() => navigate({ href: to ?? "/", replace: true })} />
        <p className="sign-in-help">{t("signIn.help")}</p>
      </div>
      <Button look="quiet" small icon="globe" onPress={() => setLanguage(other)}>
        {other === "nl" ? "Nederlands" : "English"}
      </Button>
    </main>
  );
}
