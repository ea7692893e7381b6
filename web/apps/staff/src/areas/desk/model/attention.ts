/** Draws attention outside the page: sounds, the title and the sign in the tab. Never says who or what. */
import { useWords } from "@balie/i18n";
import { useEffect, useSyncExternalStore } from "react";

const key = "balie.sound";
const readers = new Set<() => void>();
let soundOn = readSetting();
let audio: AudioContext | null = null;

/** Two rising tones for an offer, one soft one for a message. */
const tunes = {
  offer: [
    { hertz: 587, at: 0, lasts: 0.16 },
    { hertz: 880, at: 0.17, lasts: 0.34 },
  ],
  message: [{ hertz: 698, at: 0, lasts: 0.18 }],
};

export function play(tune: keyof typeof tunes): void {
  if (!soundOn || typeof AudioContext === "undefined") return;
  audio ??= new AudioContext();
  const context = audio;
  // A browser is silent until somebody has touched the page; then the next sound is heard.
  if (context.state === "suspended") context.resume().catch(() => undefined);
  const loudness = tune === "offer" ? 0.16 : 0.07;
  for (const { hertz, at, lasts } of tunes[tune]) {
    const tone = context.createOscillator();
    const gain = context.createGain();
    const begin = context.currentTime + at;
    tone.type = "sine";
    tone.frequency.value = hertz;
    gain.gain.setValueAtTime(0, begin);
    gain.gain.linearRampToValueAtTime(loudness, begin + 0.015);
    gain.gain.exponentialRampToValueAtTime(0.0001, begin + lasts);
    tone.connect(gain).connect(context.destination);
    tone.start(begin);
    tone.stop(begin + lasts);
  }
}

export function useSound(): [boolean, (on: boolean) => void] {
  return [useSyncExternalStore(subscribe, () => soundOn), setSound];
}

/** The title blinks between the offer and the page's own, and the sign in the tab gets a dot. */
export function useAttention({ offers, unread }: { offers: number; unread: number }): void {
  const { t } = useWords();
  useEffect(() => {
    const plain = unread > 0 ? `(${unread}) ${t("desk.title")}` : t("desk.title");
    document.title = `${plain} · Balie`;
    setSign(offers > 0 ? "#d2461f" : unread > 0 ? "#d98a00" : null);
    if (offers === 0) return;
    let shown = true;
    const show = () => {
      document.title = shown ? `● ${t("desk.offer.title", { count: offers })}` : `${plain} · Balie`;
      shown = !shown;
    };
    show();
    const timer = setInterval(show, 1000);
    return () => clearInterval(timer);
  }, [offers, unread, t]);
  useEffect(() => () => setSign(null), []);
}

function setSign(colour: string | null): void {
  const link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  if (!link) return;
  const dot = colour ? `<circle cx='25' cy='7' r='7' fill='${colour}'/>` : "";
  const drawing = `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><rect width='32' height='32' rx='8' fill='#0b5f66'/><path d='M8 9h16v4H12v3h12v7H8z' fill='#fff'/>${dot}</svg>`;
  link.href = `data:image/svg+xml,${encodeURIComponent(drawing)}`;
}

function setSound(on: boolean): void {
  soundOn = on;
  try {
    localStorage.setItem(key, on ? "on" : "off");
  } catch {
    // Then the choice lasts until the page is closed.
  }
  for (const reader of readers) reader();
  if (on) play("message");
}

function readSetting(): boolean {
  try {
    return localStorage.getItem(key) !== "off";
  } catch {
    return true;
  }
}

function subscribe(reader: () => void): () => void {
  readers.add(reader);
  return () => readers.delete(reader);
}
