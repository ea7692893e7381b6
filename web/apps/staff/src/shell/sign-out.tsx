/** Leaving. Asked first when something would be lost, and told when it failed: somebody else may sit down here next. */
import { useWords } from "@balie/i18n";
import { type ReactNode, useState } from "react";
import { signOut } from "../session/session";
import { unsentWork } from "../session/unsent-work";
import { Confirm } from "./confirm";

type Question = { about: "unsent"; count: number } | { about: "failed"; refusal: unknown };

/** The deed, and the question that belongs to it when there is one. */
export function useSignOut(): { leave: () => void; question: ReactNode } {
  const { t } = useWords();
  const [question, setQuestion] = useState<Question | null>(null);
  const go = () => signOut().catch((refusal) => setQuestion({ about: "failed", refusal }));

  function leave() {
    const count = unsentWork();
    if (count > 0) setQuestion({ about: "unsent", count });
    else go();
  }

  if (!question) return { leave, question: null };
  const onClose = () => setQuestion(null);
  return {
    leave,
    question:
      question.about === "unsent" ? (
        <Confirm
          key="unsent"
          title={t("shell.signOutTitle")}
          words={t("shell.unsent", { count: question.count })}
          doIt={t("shell.signOutAnyway")}
          loses
          onClose={onClose}
          onConfirm={go}
        />
      ) : (
        <Confirm
          key="failed"
          title={t("shell.stillIn")}
          words={t("shell.stillInWords")}
          doIt={t("common.again")}
          refusal={question.refusal}
          onClose={onClose}
          onConfirm={signOut}
        />
      ),
  };
}
