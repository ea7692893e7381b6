// What a visitor wrote and did not send is still there: after the end, a step back, a cancelled form and a reload.
import assert from "node:assert/strict";
import { test } from "node:test";
import { visit } from "../../dev/stage.mjs";
import { begin, play, until } from "./helpers.mjs";

const scene = play();

test("what was being written when the agent ended it is where the next question is written", async () => {
  const { context, tab, chat, conversation } = await begin(scene);
  await chat.locator("#message").fill("En hoe laat kan ik kom");
  scene.server.end(conversation);
  const ask = chat.getByRole("button", { name: "Stel nog een vraag" });
  await ask.click();
  assert.equal(await chat.locator("#ask").inputValue(), "En hoe laat kan ik kom");
  await chat.locator("#ask").fill("En hoe laat kan ik komen?");
  await chat.getByRole("button", { name: "Annuleer" }).click();
  await ask.click();
  assert.equal(await chat.locator("#ask").inputValue(), "En hoe laat kan ik komen?");
  await tab.reload();
  await ask.click();
  assert.equal(await chat.locator("#ask").inputValue(), "En hoe laat kan ik komen?");
  await chat.getByRole("button", { name: "Verstuur vraag" }).click();
  await chat.locator("#message").waitFor();
  assert.equal(await chat.locator("#message").inputValue(), "", "what was sent is no draft any more");
  await context.close();
});

test("the last letters before a reload are kept", async () => {
  const { context, tab, chat } = await begin(scene);
  const frame = tab.frames().find((one) => one.url().includes("/widget/"));
  // Written and gone in the same breath, as when a page is left by a link.
  await frame.evaluate(() => {
    const field = document.querySelector("#message");
    field.value = "Nog één ding";
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    location.reload();
  });
  await until(async () => (await chat.locator("#message").inputValue()) === "Nog één ding", "kept");
  await context.close();
});

test("who wipes the conversation in another tab wipes what was being written here", async () => {
  const first = await begin(scene);
  const second = await visit(scene, { context: first.context });
  await second.chat.locator("#message").fill("Half geschreven");
  await first.chat.getByRole("button", { name: "Gesprek beëindigen" }).click();
  await first.chat.getByRole("button", { name: "Ja, beëindig" }).click();
  await second.chat.locator(".after").waitFor();
  await first.chat.getByRole("button", { name: "Klaar, wis het gesprek hier" }).click();
  await second.chat.locator("button.topic").first().waitFor();
  assert.deepEqual((await first.context.storageState()).origins, []);
  await first.context.close();
});

test("a step back to the topics keeps the question and the name, until they are sent", async () => {
  const { context, chat } = await visit(scene);
  await chat.locator("button.topic").first().click();
  await chat.locator("#question").fill("Ik weet nog niet bij wie ik moet zijn");
  await chat.locator("#name").fill("Fatma");
  await chat.getByRole("button", { name: "Terug naar onderwerpen" }).click();
  await chat.locator("button.topic").nth(1).click();
  assert.equal(await chat.locator("#question").inputValue(), "Ik weet nog niet bij wie ik moet zijn");
  assert.equal(await chat.locator("#name").inputValue(), "Fatma");
  await chat.locator("form.start button[type=submit]").click();
  await chat.locator(".waiting").waitFor();
  scene.server.end(scene.server.only);
  await chat.getByRole("button", { name: "Klaar, wis het gesprek hier" }).click();
  await chat.locator("button.topic").first().click();
  assert.equal(await chat.locator("#question").inputValue(), "");
  await context.close();
});
