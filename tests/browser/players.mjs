// The players: a visitor of the website of Lindedam and agents at their desks, each in a window of their own.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const web = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = web("playwright-core");
const axe = readFileSync(web.resolve("axe-core/axe.min.js"), "utf8");

export const url = process.env.BALIE_URL;
export const SEM = "sem.bakker@lindedam.example";
export const YASMIN = "yasmin.haddad@lindedam.example";
const PASSWORD = "lindedam-demo";
const PATIENCE = 15_000;

/** Debian's Chromium, without calls of its own to anybody. */
export function browser() {
  const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"];
  const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", ...quiet];
  return chromium.launch({ executablePath: "/usr/bin/chromium", args });
}

/** A window of its own: no cookies or storage of others. */
export async function window(chrome, options = {}) {
  const context = await chrome.newContext({ locale: "nl-NL", viewport: { width: 1440, height: 900 }, ...options });
  context.setDefaultTimeout(PATIENCE);
  return context.newPage();
}

/** Finds nothing wrong for people who use a screen reader, a keyboard or a magnifier, as far as axe can tell. */
export async function accessible(frame, what) {
  await frame.evaluate(axe);
  const found = await frame.evaluate(() => globalThis.axe.run());
  const broken = found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(", ")}`);
  assert.deepEqual(broken, [], what);
}

export class Agent {
  constructor(page) {
    this.page = page;
  }

  static async signIn(chrome, email, options) {
    const page = await window(chrome, options);
    await page.goto(`${url}/`);
    await page.fill("input[type=email]", email);
    await page.fill("input[type=password]", PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL(/desk/);
    return new Agent(page);
  }

  async goReady() {
    await this.page.getByRole("button", { name: "Zet mij op beschikbaar" }).click();
    await this.page.getByText("Je bent beschikbaar").waitFor();
  }

  async accept() {
    await this.page.getByRole("button", { name: /Aannemen/ }).click();
    await this.page.locator("textarea").first().waitFor();
  }

  async say(words) {
    await this.page.locator("textarea").first().fill(words);
    await this.page.keyboard.press("Enter");
  }

  sees(words) {
    return this.page.getByText(words, { exact: true }).first().waitFor();
  }
}

export class Visitor {
  constructor(page) {
    this.page = page;
  }

  static async visit(chrome, options) {
    const page = await window(chrome, options);
    await page.goto(`${url}/demo/lindedam/`);
    return new Visitor(page);
  }

  async open() {
    await this.page.getByRole("button", { name: /chat/i }).first().click();
    await this.widget.getByRole("button", { name: /Afval/ }).waitFor();
  }

  /** The frame of the widget. */
  get widget() {
    return this.page.frameLocator("iframe");
  }

  /** The same frame, to run a script in. */
  get frame() {
    return this.page.frames().find((frame) => frame.url().includes("/widget/"));
  }

  async ask(question) {
    await this.widget.getByRole("button", { name: /Afval/ }).click();
    await this.widget.locator("textarea").first().fill(question);
    await this.widget.getByRole("button", { name: /verstuur|start|stuur/i }).first().click();
    await this.sees(question);
  }

  async say(words) {
    await this.widget.locator("textarea").first().fill(words);
    await this.page.keyboard.press("Enter");
  }

  sees(words) {
    return this.widget.getByText(words, { exact: true }).first().waitFor();
  }
}
