// The chat does not come: the server is away, the widget is switched off, or this website may not show it. The visitor
// reads so, gets out, and can try again.
import assert from "node:assert/strict";
import { test } from "node:test";
import { visit } from "../../dev/stage.mjs";
import { accessible, play } from "./helpers.mjs";

const scene = play();
const PHONE = { width: 390, height: 844, hasTouch: true, isMobile: true };
const allowed = () => Object.assign(scene.server, { down: false, switchedOff: false, hostOrigin: own });
let own;

for (const [what, happens] of [
  ["the server is away", (server) => Object.assign(server, { down: true })],
  ["the widget is switched off", (server) => Object.assign(server, { switchedOff: true })],
  ["the website is not on the list", (server) => Object.assign(server, { hostOrigin: "https://a.example" })],
])
  test(`${what}: the panel says so, can be closed on a telephone, and tries again`, async () => {
    own ??= scene.server.hostOrigin;
    const { context, tab, chat } = await visit(scene, { open: false, ...PHONE });
    happens(scene.server);
    await tab.locator("balie-chat button").click();
    await tab.getByRole("button", { name: "Sluit de chat" }).waitFor();
    await tab.getByText("De chat is nu niet bereikbaar.").waitFor();
    await accessible(tab, `the panel when ${what}`);
    await tab.getByRole("button", { name: "Sluit de chat" }).click();
    await tab.locator("balie-chat dialog").waitFor({ state: "hidden" });
    assert.equal(await tab.evaluate(() => document.documentElement.style.overflow), "");
    await tab.getByRole("button", { name: "Chat met ons" }).click();
    await tab.getByText("De chat is nu niet bereikbaar.").waitFor();
    allowed();
    await tab.getByRole("button", { name: "Probeer opnieuw" }).click();
    await chat.locator(".topic").first().waitFor();
    assert.equal(await tab.getByRole("button", { name: "Sluit de chat" }).count(), 0);
    await chat.getByRole("button", { name: "Chat verkleinen" }).click();
    await tab.locator("balie-chat dialog").waitFor({ state: "hidden" });
    await context.close();
  });

test("it says so in the language of the page, and opening it later tries by itself", async () => {
  own ??= scene.server.hostOrigin;
  const { context, tab, chat } = await visit(scene, { open: false, language: "en" });
  scene.server.down = true;
  await tab.locator("balie-chat button").click();
  await tab.getByText("The chat cannot be reached now.").waitFor();
  assert.equal(
    await tab.evaluate(() => document.querySelector("balie-chat").shadowRoot.activeElement?.ariaLabel),
    "Close the chat",
  );
  await tab.keyboard.press("Escape");
  await tab.locator("balie-chat dialog").waitFor({ state: "hidden" });
  allowed();
  await tab.getByRole("button", { name: "Chat with us" }).click();
  await chat.locator(".topic").first().waitFor();
  await context.close();
});
