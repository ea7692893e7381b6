// Sets the stage for browser tests and screenshots: the stand-in server, a website on another origin with the chat on
// it, and Debian's Chromium.
import { createServer } from "node:http";
import { chromium } from "playwright-core";
import { FakeServer } from "./fake-server.mjs";
import { page } from "./lindedam.mjs";

export async function website(server, port = 0) {
  const site = createServer((request, response) => {
    const asked = new URL(request.url, "http://x").searchParams;
    const options = { language: asked.get("language") ?? "nl", attributes: asked.get("attributes") ?? "" };
    response.writeHead(request.url === "/favicon.ico" ? 204 : 200, {
      "Content-Type": "text/html; charset=utf-8",
    });
    response.end(request.url === "/favicon.ico" ? "" : page(server.origin, options));
  });
  await new Promise((resolve) => site.listen(port, "127.0.0.1", resolve));
  // Another port is another origin on the same site, as www.lindedam.example and chat.lindedam.example are. The numeric
  // address is another site altogether: there a strict browser lets the chat keep nothing.
  const { port: own } = site.address();
  const origin = `http://localhost:${own}`;
  server.hostOrigin = `${origin} http://127.0.0.1:${own}`;
  const close = () => {
    site.closeAllConnections();
    return new Promise((resolve) => site.close(resolve));
  };
  return { origin, otherSite: `http://127.0.0.1:${own}`, close };
}

export async function stage() {
  const server = await new FakeServer().listen();
  const site = await website(server);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
  return {
    server,
    site,
    browser,
    async strike() {
      await browser.close();
      await site.close();
      await server.close();
    },
  };
}

/** Opens the website, and the chat on it; gives the page and the chat's frame. */
export async function visit({ browser, site }, options = {}) {
  const {
    origin = site.origin,
    width = 1440,
    height = 900,
    scheme = "light",
    language = "nl",
    attributes = "",
    context,
    open = true,
    ...more
  } = options;
  const own =
    context ??
    (await browser.newContext({
      viewport: { width, height },
      colorScheme: scheme,
      locale: "nl-NL",
      ...more,
    }));
  const tab = await own.newPage();
  await tab.goto(`${origin}/?language=${language}&attributes=${encodeURIComponent(attributes)}`);
  const chat = tab.frameLocator("balie-chat iframe");
  if (open) await tab.locator("balie-chat button").click();
  return { context: own, tab, chat };
}
