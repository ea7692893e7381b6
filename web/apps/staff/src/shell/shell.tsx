/** The frame around every area: where to go, who is at work, messages, shortcuts. Knows no area from inside. */
import { useWords } from "@balie/i18n";
import { Banner, Button, Icon, IconButton, Toasts } from "@balie/ui";
import { Link, Outlet } from "@tanstack/react-router";
import { Suspense, useEffect, useState } from "react";
import { listenToKeys, useCommands } from "../keys/commands";
import { cache } from "../server/cache";
import { live, useLiveStatus } from "../server/live";
import { useSession } from "../session/session";
import { SignInAgain } from "../session/sign-in-again";
import { lazily } from "./lazily";
import { Mark } from "./mark";
import { PersonMenu } from "./person-menu";
import "./shell.css";

const HelpOverlay = lazily(() => import("../keys/help-overlay").then((part) => part.HelpOverlay));
const Palette = lazily(() => import("../keys/palette").then((part) => part.Palette));

export function Shell() {
  const { t } = useWords();
  const session = useSession();
  const [overlay, setOverlay] = useState<"help" | "palette" | null>(null);
  useEffect(listenToKeys, []);
  useCommands([
    { id: "help", words: t("keys.help"), group: "all", keys: "?", run: () => setOverlay("help") },
    {
      id: "palette",
      words: t("keys.palette"),
      group: "all",
      keys: "mod+k",
      always: true,
      run: () => setOverlay("palette"),
    },
  ]);

  return (
    <div className="shell">
      <a className="shell-skip" href="#main">
        {t("shell.skip")}
      </a>
      <nav className="rail" aria-label={t("shell.areas")}>
        <Mark size={28} />
        <Link to="/desk" search={(before) => before} className="rail-link" aria-label={t("shell.desk")}>
          <Icon name="chat" size={20} />
          <span>{t("shell.desk")}</span>
        </Link>
        <span className="rail-space" />
        <IconButton icon="keyboard" label={t("keys.help")} keys="?" onPress={() => setOverlay("help")} />
        <PersonMenu session={session} />
      </nav>
      <div className="shell-main">
        <LineBanner />
        <Suspense>
          <Outlet />
        </Suspense>
      </div>
      {overlay === "help" && <HelpOverlay onClose={() => setOverlay(null)} />}
      {overlay === "palette" && <Palette onClose={() => setOverlay(null)} />}
      <SignInAgain before={session} onBack={() => comeBack()} />
      <Toasts label={t("shell.messages")} closeLabel={t("common.close")} />
    </div>
  );
}

/** Says that the line is broken, but not for a hiccup of a second. */
function LineBanner() {
  const { t } = useWords();
  const status = useLiveStatus();
  const away = status === "lost" || status === "connecting";
  const [told, setTold] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setTold(away), away ? 2500 : 0);
    return () => clearTimeout(timer);
  }, [away]);
  if (!told) return null;
  return (
    <Banner
      tone="attention"
      icon="offline"
      action={
        <Button small onPress={() => live.retryNow()}>
          {t("shell.lineAgain")}
        </Button>
      }
    >
      <strong>{t("shell.lineLost")}</strong> {t("shell.lineWords")}
    </Banner>
  );
}

function comeBack(): void {
  live.restart();
  cache.invalidateQueries();
  globalThis.dispatchEvent(new Event("balie:back"));
}
