// A stage for one story: windows for its players, and an empty house again when it is over. A story fails when one of
// its windows threw an error, asked another website for anything, or broke the page's own content policy.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Agent } from "./agent.mjs";
import { openBrowser } from "./browser.mjs";
import { Customer } from "./customer.mjs";
import { Line } from "./line.mjs";

export const house = process.env.BALIE_URL ?? "http://localhost:8080";
const pictures = fileURLToPath(new URL("../../../target/browser/", import.meta.url));
const longest = 90_000;

let browser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());

/** Tells one story. `play` gets the stage. */
export function story(name, play) {
  test(name, { timeout: longest }, async () => {
    const stage = new Stage();
    let failed = true;
    try {
      await play(stage);
      failed = false;
    } finally {
      if (failed) await stage.photograph(name);
      await stage.clear();
    }
    assert.deepEqual(stage.complaints, [], "what the windows complained of");
  });
}

class Stage {
  complaints = [];
  #agents = [];
  #customers = [];
  #windows = [];
  #lines = [];

  /** A window of its own: another person, with another set of cookies. */
  async window({ width = 1440, height = 900, scheme = "light", line = null, ...more } = {}) {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: scheme,
      locale: "nl-NL",
      timezoneId: "Europe/Amsterdam",
      acceptDownloads: true,
      ...(line && { proxy: line.proxy }),
      ...more,
    });
    context.setDefaultTimeout(10_000);
    context.on("page", (page) => this.#listen(page));
    this.#windows.push(context);
    return context;
  }

  async line() {
    const line = await Line.lay();
    this.#lines.push(line);
    return line;
  }

  /** Somebody on the website of the municipality, who has not opened the chat yet. */
  async customer(options = {}) {
    const customer = await Customer.visit(house, await this.window(options), options);
    this.#customers.push(customer);
    return customer;
  }

  /** Somebody who works there, signed in and not ready yet. */
  async agent(email, options = {}) {
    const agent = new Agent(house, await this.window(options));
    this.#agents.push(agent);
    await agent.signsIn(email);
    return agent;
  }

  /** One picture of each window, to see why a story failed. */
  async photograph(name) {
    mkdirSync(pictures, { recursive: true });
    const pages = this.#windows.flatMap((context) => context.pages());
    const file = name.replace(/[^a-z0-9]+/gi, "-").slice(0, 60);
    for (const [place, page] of pages.entries())
      await page.screenshot({ path: `${pictures}${file}-${place + 1}.png` }).catch(() => undefined);
  }

  /** Leaves nobody waiting and nobody at work, so that the next story begins in an empty house. */
  async clear() {
    for (const line of this.#lines) line.mend();
    for (const { context } of this.#agents) await context.setOffline(false).catch(() => undefined);
    await Promise.allSettled(this.#customers.map((customer) => customer.leaves()));
    await Promise.allSettled(this.#agents.map((agent) => agent.goesHome()));
    await Promise.allSettled(this.#windows.map((context) => context.close()));
    await Promise.allSettled(this.#lines.map((line) => line.takeDown()));
  }

  #listen(page) {
    page.on("pageerror", (error) => this.complaints.push(`error on the page: ${error.message}`));
    page.on("console", (message) => {
      if (/Content Security Policy|violates the following/i.test(message.text()))
        this.complaints.push(message.text());
    });
    page.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith("http") && origin !== new URL(house).origin)
        this.complaints.push(`call to another website: ${request.url()}`);
    });
  }
}
