/** E-mail address and password. Keeps the address when something is wrong; never keeps the password. */
import { useWords } from "@balie/i18n";
import { Banner, Button, TextField } from "@balie/ui";
import { type FormEvent, useRef, useState } from "react";
import { wordsFor } from "../server/words-for";
import { signIn } from "./session";

export interface SignInFormProps {
  /** Somebody who has to come back: the address is known. */
  email?: string;
  onSignedIn: () => void;
}

export function SignInForm({ email: known, onSignedIn }: SignInFormProps) {
  const { t } = useWords();
  const [email, setEmail] = useState(known ?? "");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const passwordField = useRef<HTMLInputElement>(null);
  const emailField = useRef<HTMLInputElement>(null);
  const missing = error === "missing";

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (!email.trim() || !password) {
      setError("missing");
      (email.trim() ? passwordField : emailField).current?.focus();
      return;
    }
    setBusy(true);
    setError(null);
    try {
      await signIn(email.trim(), password);
      onSignedIn();
    } catch (refusal) {
      setError(refusal);
      setPassword("");
      passwordField.current?.focus();
    } finally {
      setBusy(false);
    }
  }

  return (
    <form className="sign-in-form" onSubmit={submit} noValidate>
      {error !== null && !missing && <Banner tone="danger">{wordsFor(error, t)}</Banner>}
      <TextField
        label={t("signIn.email")}
        type="email"
        name="email"
        autoComplete="username"
        value={email}
        onChange={setEmail}
        inputRef={emailField}
        autoFocus={!known}
        error={missing && !email.trim() ? t("signIn.emailMissing") : null}
      />
      <TextField
        label={t("signIn.password")}
        type="password"
        name="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        inputRef={passwordField}
        autoFocus={Boolean(known)}
        error={missing && !password ? t("signIn.passwordMissing") : null}
      />
      <Button type="submit" look="primary" wide isDisabled={busy}>
        {busy ? t("signIn.busy") : t("signIn.enter")}
      </Button>
    </form>
  );
}
