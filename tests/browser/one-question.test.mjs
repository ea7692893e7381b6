// One question, asked in chat, answered by the right person, in two windows.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, Agent, browser, SEM, url, Visitor } from "./players.mjs";

let chrome;
before(async () => {
  chrome = await browser();
});
after(() => chrome.close());

test("before the visitor opens the chat nothing is stored and nobody is called", async () => {
  const visitor = await Visitor.visit(chrome);
  const called = [];
  visitor.page.on("request", (request) => called.push(request.url()));
  await visitor.page.reload({ waitUntil: "networkidle" });
  assert.deepEqual(called.filter((address) => address.includes("/api/") || !address.startsWith(url)), []);
  assert.deepEqual(await visitor.page.context().cookies(), []);
  const kept = await visitor.page.evaluate(() => localStorage.length + sessionStorage.length);
  assert.equal(kept, 0);
  await visitor.page.context().close();
});

test("customer and agent talk, and reload without losing or doubling a word", async () => {
  const agent = await Agent.signIn(chrome, SEM);
  await agent.goReady();
  await accessible(agent.page, "the desk while nobody waits");
  const visitor = await Visitor.visit(chrome);
  await visitor.open();
  await accessible(visitor.frame, "the widget's first page");

  await visitor.ask("Mijn groene container is niet geleegd. <img src=x onerror=alert(1)>");
  await agent.page.waitForFunction(() => document.title.includes("●"));
  await agent.accept();
  await agent.sees("Mijn groene container is niet geleegd. <img src=x onerror=alert(1)>");
  await agent.say("Goedemiddag! Ik kijk het na: https://lindedam.example/afval");
  const link = visitor.widget.getByRole("link", { name: "https://lindedam.example/afval" });
  await link.waitFor();
  assert.match(await link.getAttribute("rel"), /noopener/);
  await visitor.say("Dank u wel, dat is fijn.");
  await agent.sees("Dank u wel, dat is fijn.");
  await accessible(agent.page, "the desk with a conversation");
  await accessible(visitor.frame, "the widget with a conversation");

  await visitor.page.reload();
  await visitor.sees("Dank u wel, dat is fijn.");
  assert.equal(await visitor.widget.getByText("Dank u wel, dat is fijn.", { exact: true }).count(), 1);
  await agent.page.reload();
  await agent.sees("Goedemiddag! Ik kijk het na:");
  await visitor.say("Bent u er nog?");
  await agent.sees("Bent u er nog?");
  await agent.page.context().close();
  await visitor.page.context().close();
});
