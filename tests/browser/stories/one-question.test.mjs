// The story the house is built for: one question, the right person, an answer, and what is kept of it.
import assert from "node:assert/strict";
import { until } from "../house/checks.mjs";
import { house, story } from "../house/stage.mjs";

const script = '<img src=x onerror="window.hacked=1"><script>window.hacked=2</script>';
const hacked = (frame) => frame.evaluate(() => window.hacked ?? null);

story("before a visitor opens the chat: no cookie, nothing stored, no call", async (stage) => {
  const context = await stage.window();
  const tab = await context.newPage();
  const calls = [];
  tab.on("request", (request) => calls.push(request.url().replace(house, "")));
  await tab.goto(`${house}/demo/lindedam/`);
  await tab.locator("balie-chat button").waitFor();
  await tab.waitForLoadState("networkidle");

  assert.deepEqual(calls.sort(), ["/demo/lindedam/", "/demo/site.css", "/widget.js"]);
  assert.deepEqual(await context.cookies(), []);
  assert.equal(await tab.evaluate(() => localStorage.length + sessionStorage.length), 0);
  assert.deepEqual(await tab.evaluate(() => indexedDB.databases()), []);
  assert.equal(await tab.locator("iframe").count(), 0);

  await tab.locator("balie-chat button").click();
  await tab.frameLocator("balie-chat iframe").locator(".topic").first().waitFor();
  assert.deepEqual(await context.cookies(), [], "opening sets no cookie either");
  assert.deepEqual((await context.storageState()).origins, [], "and stores nothing");
});

story("a resident asks, an agent answers, and both see that the other types and reads", async (stage) => {
  const resident = await stage.customer();
  await resident.asks("Ik ben mijn paspoort kwijt. Wat nu?", { name: "Hanna de Wit" });
  await resident.chat.getByRole("heading", { name: "U bent als eerste aan de beurt." }).waitFor();

  const neighbour = await stage.customer();
  await neighbour.asks("Wanneer is het stadhuis open?");
  await neighbour.chat.getByRole("heading", { name: "Er is nog 1 persoon voor u." }).waitFor();
  await neighbour.ends();

  const sem = await stage.agent("sem.bakker@lindedam.example");
  await sem.isNow("not_ready");
  assert.equal(await sem.tab.locator(".offer").count(), 0, "who is not ready is offered nothing");
  await sem.goesReady();
  await sem.offer("Ik ben mijn paspoort kwijt.").waitFor();
  await until(async () => /Nieuw contact voor je/.test(await sem.tab.title()), true, "the title tells of the offer");
  await sem.accepts("Ik ben mijn paspoort kwijt.");
  await until(() => sem.tab.title(), "Balie · Balie", "the title is calm again");
  await resident.isHelpedBy("Sem Bakker");

  await sem.talk.locator(".composer-text").pressSequentially("Goedemiddag!");
  await resident.chat.locator(".dots").waitFor();
  await sem.talk.locator(".composer-text").press("Enter");
  await resident.sees("Goedemiddag!");
  await resident.chat.locator(".dots").waitFor({ state: "detached" });
  await sem.talk.locator(".block-mark", { hasText: "Gelezen" }).waitFor();

  await resident.chat.locator("#message").pressSequentially("Dank u wel.");
  await sem.talk.getByText("is aan het typen…").waitFor({ state: "attached" });
  await resident.chat.locator("#message").press("Enter");
  await sem.sees("Dank u wel.");
  await resident.chat.locator(".mark.read").waitFor();

  const said = ["Ik ben mijn paspoort kwijt. Wat nu?", "Goedemiddag!", "Dank u wel."];
  assert.deepEqual(await resident.messages(), said);
  assert.deepEqual(await sem.messages(), said);
  assert.deepEqual(await sem.notesThere(), ["De bezoeker noemt zich: Hanna de Wit"]);
});

story("an internal note stays inside, script stays text and a link is safe, on both sides", async (stage) => {
  const resident = await stage.customer();
  await resident.asks(script, { name: script });
  const sem = await stage.agent("sem.bakker@lindedam.example");
  await sem.goesReady();
  await sem.accepts("window.hacked");

  await sem.notes(`Vertrouwelijk ${script}`);
  await sem.says(`Zie https://lindedam.example/paspoort?a=1&b=2. ${script} javascript:alert(1)`);
  await resident.chat.locator(".said.agent .bubble").waitFor();
  assert.deepEqual(await resident.messages(), [
    script,
    `Zie https://lindedam.example/paspoort?a=1&b=2. ${script} javascript:alert(1)`,
  ]);
  assert.equal(await resident.chat.getByText("Vertrouwelijk").count(), 0, "the note is not for the customer");
  assert.deepEqual(await sem.notesThere(), [`De bezoeker noemt zich: ${script}`, `Vertrouwelijk ${script}`]);

  for (const links of [resident.chat.locator(".said.agent .bubble a"), sem.talk.locator(".bubble a")]) {
    assert.equal(await links.count(), 1, "javascript: is no link");
    assert.equal(await links.getAttribute("href"), "https://lindedam.example/paspoort?a=1&b=2");
    assert.match(await links.getAttribute("rel"), /noopener/);
    assert.match(await links.getAttribute("rel"), /noreferrer/);
    assert.equal(await links.getAttribute("target"), "_blank");
  }
  for (const frame of [...resident.tab.frames(), ...sem.tab.frames()])
    assert.equal(await hacked(frame), null, "no script ran");
});

story("the customer ends, the agent wraps up, and the timeline of the customer keeps it", async (stage) => {
  const resident = await stage.customer();
  await resident.asks("Kan ik mijn verhuizing vandaag doorgeven?", { topic: "Verhuizen" });
  const sem = await stage.agent("sem.bakker@lindedam.example");
  await sem.goesReady();
  await sem.accepts("Kan ik mijn verhuizing");
  await sem.says("Ja, dat kan op onze website.");
  await resident.sees("Ja, dat kan op onze website.");

  await sem.tab.getByRole("button", { name: "Klant koppelen" }).click();
  const dialog = sem.tab.getByRole("dialog");
  await dialog.getByRole("button", { name: "Nieuwe klant" }).click();
  await dialog.getByLabel("Naam").fill("Roos van Vliet");
  await dialog.getByLabel("E-mailadres").fill("roos@post.example");
  await dialog.getByRole("button", { name: "Maken en koppelen" }).click();
  await sem.tab.locator(".about").getByRole("heading", { name: "Roos van Vliet" }).waitFor();

  await resident.ends();
  await resident.chat.getByText("U heeft het gesprek beëindigd.").waitFor();
  await sem.talk.getByText("De klant heeft het gesprek beëindigd.").waitFor();
  await sem.wrapsUp("Verhuizing of adres", "Doorverwezen naar de website.");
  await sem.tab.locator(".presence-room", { hasText: "0 van" }).waitFor();

  await resident.chat.getByRole("button", { name: "Stel nog een vraag" }).click();
  await resident.chat.locator("#ask").fill("Geldt dat ook voor mijn kinderen?");
  await resident.chat.getByRole("button", { name: "Verstuur vraag" }).click();
  await sem.accepts("Geldt dat ook voor mijn kinderen?");
  await sem.tab.getByRole("tab", { name: "Tijdlijn" }).click();
  const timeline = sem.tab.locator(".history");
  for (const kept of ["Kan ik mijn verhuizing vandaag doorgeven?", "Doorverwezen naar de website."])
    await timeline.getByText(kept).waitFor();
});
