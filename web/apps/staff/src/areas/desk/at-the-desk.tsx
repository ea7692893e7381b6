/** For tests of the desk: the whole page before a stand-in server, as somebody in Dutch sees it. */
import { setLanguage } from "@balie/i18n";
import { FakeBalie } from "@balie/testing";
import { act, cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import { vi } from "vitest";

// A busy machine may take its time.
configure({ asyncUtilTimeout: 10_000 });

/** The live lines that the page opened, the newest last. */
export const lines: FakeWebSocket[] = [];

/** The stand-in server behind the browser's own socket. */
export class FakeWebSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly #balie: FakeBalie;
  readonly #stop: () => void;

  constructor(balie: FakeBalie) {
    this.#balie = balie;
    this.#stop = balie.listen((frame) => act(() => this.says(frame)));
    lines.push(this);
    setTimeout(() => this.onopen?.(), 0);
  }
  send(text: string) {
    this.#balie.hear(JSON.parse(text), (frame) => this.says(frame));
  }
  close() {
    this.#stop();
  }
  says(frame: unknown) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

/** What the page asked of the server. */
export const requests: Request[] = [];

/** A new page and a new server for the next test. */
export async function begin(): Promise<FakeBalie> {
  vi.resetModules();
  sessionStorage.clear();
  lines.length = 0;
  requests.length = 0;
  const balie = new FakeBalie("busy");
  vi.stubGlobal("fetch", (request: Request) => {
    requests.push(request);
    return balie.handle(request);
  });
  vi.stubGlobal(
    "WebSocket",
    class extends FakeWebSocket {
      constructor() {
        super(balie);
      }
    },
  );
  await setLanguage("nl");
  globalThis.history.replaceState(null, "", "/");
  return balie;
}

export function finish(): void {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
}

export async function openPage(): Promise<void> {
  const { App } = await import("../../app");
  render(<App />);
}

export async function openDesk(): Promise<void> {
  await openPage();
  await screen.findByText("Mijn contacten");
}

/** Opens the contact about a passport; the answer is its composer. */
export async function openFatima(): Promise<HTMLElement> {
  await openDesk();
  fireEvent.click(await screen.findByRole("button", { name: /Fatima El Idrissi.*Paspoort/s }));
  return await screen.findByRole("textbox", { name: "Antwoord" });
}

export function send(field: HTMLElement, text: string): void {
  fireEvent.change(field, { target: { value: text } });
  fireEvent.keyDown(field, { key: "Enter" });
}
