/** The words of the staff screens in Dutch and English, and how times and numbers are written. */
import i18next from "i18next";
import { useMemo } from "react";
import { initReactI18next, useTranslation } from "react-i18next";
import { type Formats, formatsFor, type Language, languages } from "./formats";

export { type Formats, formatsFor, type Language, languages };

export type Words = (key: string, values?: Record<string, string | number>) => string;

const messages: Record<Language, () => Promise<{ default: object }>> = {
  nl: () => import("./messages/nl.json"),
  en: () => import("./messages/en.json"),
};
const key = "balie.language";

/** The language chosen before on this computer, else that of the browser, else Dutch. */
export function likelyLanguage(): Language {
  try {
    const kept = localStorage.getItem(key);
    if (isLanguage(kept)) return kept;
  } catch {
    // A browser that keeps nothing falls back on its own language.
  }
  return nearestLanguage(navigator.language);
}

/** Makes a language the one of the page; loads its words first, so nothing is ever shown half. */
export async function setLanguage(language: Language): Promise<void> {
  const { default: words } = await messages[language]();
  if (!i18next.isInitialized) {
    await i18next.use(initReactI18next).init({
      lng: language,
      resources: { [language]: { translation: words } },
      interpolation: { escapeValue: false },
      react: { useSuspense: false },
    });
  } else {
    i18next.addResourceBundle(language, "translation", words);
    await i18next.changeLanguage(language);
  }
  document.documentElement.lang = language;
  try {
    localStorage.setItem(key, language);
  } catch {
    // The choice then lasts until the page is closed.
  }
}

/** Words, formats and language of the page. */
export function useWords(): { t: Words; formats: Formats; language: Language } {
  const { t, i18n } = useTranslation();
  const language = nearestLanguage(i18n.language);
  const formats = useMemo(() => formatsFor(language), [language]);
  return { t: t as unknown as Words, formats, language };
}

/** For the few places outside a component. */
export function say(message: string, values?: Record<string, string | number>): string {
  return i18next.t(message, values ?? {});
}

/** A language that there are messages in: the one asked for, else Dutch. */
export function nearestLanguage(tag: string): Language {
  const wanted = tag.slice(0, 2);
  return isLanguage(wanted) ? wanted : "nl";
}

function isLanguage(text: string | null): text is Language {
  return languages.includes(text as Language);
}
