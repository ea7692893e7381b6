// A visitor and an agent talk, and nothing is lost or doubled: not by a reload, a second tab, a bad line or a crash.
import assert from "node:assert/strict";
import { test } from "node:test";
import { visit } from "../../dev/stage.mjs";
import { begin, bubbles, play, say, until } from "./helpers.mjs";

const scene = play();

test("from the question to an answer that was read", async () => {
  const { context, chat, conversation } = await begin(scene, { waiting: true });
  await chat.getByText("Er zijn nog 2 mensen voor u.").waitFor();
  scene.server.change(conversation, { place: 1, estimate_seconds: 30 });
  await chat.getByText("U bent als eerste aan de beurt.").first().waitFor();
  scene.server.assign(conversation);
  scene.server.append(conversation, { text: "Goedemiddag!" });
  await chat.getByText("Goedemiddag!").waitFor();
  await until(() => conversation.readByCustomer >= 4, "the server hears that the visitor read it");
  await say(chat, "Dank u wel");
  await chat.locator(".mark.sent").waitFor();
  scene.server.read(conversation);
  await chat.locator(".mark.read").waitFor();
  scene.server.typing(conversation, true);
  await chat.locator(".dots").waitFor();
  await context.close();
});

test("a reload and the next page keep the conversation, the open panel and what was being written", async () => {
  const { context, tab, chat } = await begin(scene);
  await say(chat, "Eerste");
  await chat.locator("#message").fill("Half geschreven");
  await chat.locator(".mark.sent").waitFor();
  await tab.waitForTimeout(400);
  await tab.reload();
  await chat.getByText("Eerste").waitFor();
  assert.equal(await chat.locator("#message").inputValue(), "Half geschreven");
  assert.deepEqual(await bubbles(chat), ["Ik ben mijn paspoort kwijt.", "Eerste"]);
  await context.close();
});

test("a second tab shows the same conversation, and both see each message once", async () => {
  const first = await begin(scene);
  const second = await visit(scene, { context: first.context });
  await second.chat.getByText("Ik ben mijn paspoort kwijt.").waitFor();
  await say(first.chat, "Uit tabblad een");
  await say(second.chat, "Uit tabblad twee");
  scene.server.append(first.conversation, { text: "Antwoord" });
  for (const { chat } of [first, second]) {
    await chat.getByText("Antwoord").waitFor();
    await until(async () => (await bubbles(chat)).length === 4, "four messages");
    assert.deepEqual((await bubbles(chat)).sort(), [
      "Antwoord",
      "Ik ben mijn paspoort kwijt.",
      "Uit tabblad een",
      "Uit tabblad twee",
    ]);
  }
  await first.context.close();
});

test("without a line a message is kept, survives closing the tab, and arrives once", async () => {
  const { context, tab, chat, conversation } = await begin(scene);
  scene.server.down = true;
  scene.server.cut();
  await say(chat, "Geschreven zonder verbinding");
  await chat.getByText("De verbinding is weg.").waitFor();
  await chat.locator(".mark.sending").waitFor();
  await tab.close();
  scene.server.down = false;
  const again = await visit(scene, { context });
  await again.chat.locator(".mark.sent").waitFor({ timeout: 30_000 });
  const said = conversation.entries.filter(({ text }) => text === "Geschreven zonder verbinding");
  assert.equal(said.length, 1);
  await context.close();
});

test("a first question sent into a dead line begins one conversation when the line is back", async () => {
  const before = scene.server.conversations.size;
  const { context, tab, chat } = await visit(scene);
  await chat.locator("button.topic").first().click();
  await chat.locator("#question").fill("Werkt dit?");
  scene.server.down = true;
  await chat.locator("form.start button[type=submit]").click();
  await chat.getByText("Uw vraag is bewaard en wordt vanzelf verstuurd.").waitFor();
  scene.server.down = false;
  await tab.reload();
  await tab.locator("balie-chat button").click();
  await chat.locator(".waiting").waitFor({ timeout: 20_000 });
  assert.equal(scene.server.conversations.size, before + 1);
  assert.deepEqual(await bubbles(chat), ["Werkt dit?"]);
  await context.close();
});

test("a closed panel counts what comes in, and says it", async () => {
  const { context, tab, chat, conversation } = await begin(scene);
  await tab.keyboard.press("Escape");
  const button = tab.locator("balie-chat button");
  await button.waitFor();
  scene.server.append(conversation, { text: "Bent u daar?" });
  await tab.getByRole("button", { name: "Chat met ons, 1 nieuw bericht" }).waitFor();
  assert.equal(await tab.locator("balie-chat p[role=status]").textContent(), "1 nieuw bericht");
  const read = conversation.readByCustomer;
  await tab.waitForTimeout(200);
  assert.equal(conversation.readByCustomer, read, "not read while closed");
  await button.click();
  await until(() => conversation.readByCustomer > read, "read when opened");
  await chat.getByText("Bent u daar?").waitFor();
  await tab.keyboard.press("Escape");
  await tab.getByRole("button", { name: "Chat met ons", exact: true }).waitFor();
  await context.close();
});

test("where the browser lets a chat of another site keep nothing, the visitor is told and can talk", async () => {
  const { context, chat } = await begin(scene, { origin: scene.site.otherSite });
  await chat.getByText("Uw browser bewaart dit gesprek niet.").waitFor();
  await say(chat, "Gaat dit?");
  await chat.locator(".mark.sent").waitFor();
  await context.close();
});

test("script in every text stays text, and links are made safe", async () => {
  const nasty =
    '<img src=x onerror="window.hacked=1"> javascript:alert(1) https://lindedam.example/a?b=1&c=2.';
  const { context, chat, conversation, tab } = await begin(scene, { question: nasty });
  scene.server.append(conversation, { text: nasty, name: "<b>Anja</b>" });
  await until(async () => (await bubbles(chat)).length === 2, "two messages");
  assert.deepEqual(await bubbles(chat), [nasty, nasty]);
  const link = chat.locator(".agent .bubble a");
  assert.equal(await link.count(), 1);
  assert.equal(await link.getAttribute("href"), "https://lindedam.example/a?b=1&c=2");
  assert.equal(await link.getAttribute("rel"), "noopener noreferrer nofollow");
  const frame = tab.frames().find((one) => one.url().includes("/widget/"));
  assert.equal(await frame.evaluate(() => window.hacked), undefined);
  await context.close();
});
