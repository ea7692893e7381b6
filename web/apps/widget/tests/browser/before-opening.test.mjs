// What the widget does to a page before anybody asks for it: one button, and nothing else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { visit } from "../../dev/stage.mjs";
import { accessible, play } from "./helpers.mjs";

const scene = play();

test("before the visitor opens it there is no cookie, nothing stored, and no call but the script", async () => {
  scene.server.requests.length = 0;
  const { context, tab } = await visit(scene, { open: false });
  await tab.locator("balie-chat button").waitFor();
  await tab.waitForTimeout(300);
  assert.deepEqual(scene.server.requests, ["GET /widget.js"]);
  assert.deepEqual(await context.cookies(), []);
  assert.deepEqual((await context.storageState()).origins, []);
  assert.equal(await tab.evaluate(() => sessionStorage.length + localStorage.length), 0);
  assert.equal(await tab.locator("iframe").count(), 0);
  await accessible(tab, "the website with the button");
  await context.close();
});

test("opening stores nothing either; that waits until a conversation starts", async () => {
  const { context, tab, chat } = await visit(scene);
  await chat.locator("button.topic").first().click();
  await chat.locator("#question").fill("Nog niet verstuurd");
  assert.deepEqual(await context.cookies(), []);
  assert.deepEqual((await context.storageState()).origins, []);
  assert.equal(await tab.evaluate(() => sessionStorage.length), 0);
  await context.close();
});

test("the page's own button opens the chat at its topic, and gets the focus back", async () => {
  const { context, tab, chat } = await visit(scene, { open: false });
  const own = tab.getByRole("button", { name: "Chat over paspoorten" });
  await own.click();
  await chat.getByRole("heading", { name: "Paspoort en ID-kaart" }).waitFor();
  await tab.keyboard.press("Escape");
  await tab.locator("dialog").waitFor({ state: "hidden" });
  assert.equal(await own.evaluate((element) => element === document.activeElement), true);
  await tab.evaluate(() => window.Balie.open());
  await tab.locator("dialog").waitFor();
  await tab.evaluate(() => window.Balie.close());
  await tab.locator("dialog").waitFor({ state: "hidden" });
  await context.close();
});

test("a script tag can set language, side and label, and leave the button out", async () => {
  const attributes = 'data-language="en" data-side="left" data-label="Ask us"';
  const { context, tab } = await visit(scene, { open: false, attributes });
  const button = tab.getByRole("button", { name: "Ask us" });
  const box = await button.boundingBox();
  assert.ok(box.x < 100, "the button stands left");
  assert.equal(await tab.locator("balie-chat").getAttribute("lang"), "en");
  await context.close();
  const bare = await visit(scene, { open: false, attributes: 'data-button="none" data-open=".logo"' });
  await bare.tab.locator("balie-chat").waitFor({ state: "attached" });
  assert.equal(await bare.tab.locator("balie-chat button").isVisible(), false);
  await bare.tab.locator(".logo").click();
  await bare.chat.locator(".topic").first().waitFor();
  await bare.context.close();
});

test("messages from another window are not obeyed", async () => {
  const { context, tab, chat } = await visit(scene);
  await chat.locator(".topic").first().waitFor();
  await tab.evaluate(() => {
    window.postMessage({ type: "close" }, "*");
    window.postMessage("balie:port", "*");
    const frame = document.querySelector("balie-chat").shadowRoot.querySelector("iframe").contentWindow;
    const { port1, port2 } = new MessageChannel();
    window.stolen = [];
    port1.onmessage = (event) => window.stolen.push(event.data);
    frame.postMessage("balie:port", "*", [port2]);
  });
  await tab.waitForTimeout(200);
  assert.equal(await tab.locator("dialog").isVisible(), true);
  assert.deepEqual(await tab.evaluate(() => window.stolen), []);
  await context.close();
});
