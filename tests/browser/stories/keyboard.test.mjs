// A whole contact without a mouse, on both sides.
import assert from "node:assert/strict";
import { until } from "../house/checks.mjs";
import { house, story } from "../house/stage.mjs";

/** Presses Tab until the focus stands on what is meant; more presses than a page has stops means it cannot be reached. */
async function tabTo(page, focused, wanted, key = "Tab") {
  for (let presses = 0; presses < 40; presses += 1) {
    if (wanted.test(await focused())) return;
    await page.keyboard.press(key);
  }
  assert.fail(`Tab never came to ${wanted}, but stands on ${await focused()}`);
}

/** What has the focus, as it is named. */
const nameOfFocus = () => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  const label = element?.labels?.[0]?.textContent ?? element?.textContent;
  return `${element?.tagName} ${element?.getAttribute("aria-label") ?? label ?? ""}`.trim();
};

/** Every window counts how often it was touched. */
const countTouches = (context) =>
  context.addInitScript(() => {
    window.touches = 0;
    addEventListener("pointerdown", () => (window.touches += 1), true);
  });

story("a whole contact from sign-in to wrap-up, with nothing but keys", async (stage) => {
  const visitor = await stage.window();
  await countTouches(visitor);
  const site = await visitor.newPage();
  await site.goto(`${house}/demo/lindedam/`);
  await site.locator("balie-chat button").waitFor();
  await tabTo(site, () => site.evaluate(nameOfFocus), /^BUTTON Chat met ons/);
  await site.keyboard.press("Enter");
  const chat = site.frameLocator("balie-chat iframe");
  await chat.locator(".topic").first().waitFor();
  const frame = site.frames().find((one) => one.url().includes("/widget/"));
  const inChat = () => frame.evaluate(nameOfFocus);
  await tabTo(site, inChat, /^BUTTON Paspoort/);
  await site.keyboard.press("Enter");
  await chat.locator("form.start").waitFor();
  await tabTo(site, inChat, /^TEXTAREA/);
  await site.keyboard.type("Zonder muis: hoe vraag ik een paspoort aan?");
  await tabTo(site, inChat, /^BUTTON Start het gesprek/);
  await site.keyboard.press("Enter");
  await chat.locator(".waiting").waitFor();

  const sem = await stage.agent("sem.bakker@lindedam.example");
  const { keyboard } = sem.tab;
  const atDesk = () => sem.tab.evaluate(nameOfFocus);
  await keyboard.press("g");
  await sem.isNow("ready");
  await sem.offer("Zonder muis").waitFor();
  await keyboard.press("a");
  await until(atDesk, "TEXTAREA Antwoord", "after accepting one can type at once");
  await keyboard.type("Dat kan op het stadhuis.");
  await keyboard.press("Shift+Enter");
  await keyboard.type("Maak eerst een afspraak.");
  await keyboard.press("Enter");
  await chat.getByText("Maak eerst een afspraak.").waitFor();

  await keyboard.press("Escape");
  await keyboard.press("n");
  await until(atDesk, "TEXTAREA Notitie", "n begins a note");
  await keyboard.type("Kwam zonder muis.");
  await keyboard.press("Enter");
  await until(() => sem.notesThere(), ["Kwam zonder muis."], "the note stands there");
  await keyboard.press("Escape");

  await keyboard.press("?");
  await sem.tab.getByRole("dialog", { name: "Sneltoetsen" }).waitFor();
  await keyboard.press("Escape");
  await sem.tab.getByRole("dialog").waitFor({ state: "detached" });
  await keyboard.press("Control+k");
  await sem.tab.getByRole("dialog").waitFor();
  await keyboard.type("beëindigen");
  await sem.tab.getByRole("option", { name: "Gesprek beëindigen" }).waitFor();
  await keyboard.press("Enter");
  await sem.tab.getByRole("dialog", { name: "Gesprek beëindigen" }).waitFor();
  await keyboard.press("Enter");
  await sem.talk.locator(".wrap-up").waitFor();
  await until(atDesk, "FORM Afronden", "the wrap-up has the focus");
  await keyboard.press("1");
  await keyboard.press("n");
  await until(atDesk, "TEXTAREA Notitie", "n goes to its note");
  await keyboard.type("Afspraak uitgelegd.");
  await keyboard.press("Enter");
  await sem.tab.getByText("Je hebt nu geen contacten.").waitFor();

  await chat.getByText("De medewerker heeft het gesprek afgerond.").waitFor();
  await tabTo(site, inChat, /^BUTTON Klaar, wis het gesprek hier/);
  await site.keyboard.press("Enter");
  await chat.locator(".topic").first().waitFor();
  await site.keyboard.press("Escape");
  await site.getByRole("button", { name: "Chat met ons" }).waitFor();
  assert.match(await site.evaluate(nameOfFocus), /^BUTTON Chat met ons/, "the focus is back where it came from");
  assert.equal(await site.evaluate(() => window.touches), 0);
});

story("signing in, writing, attaching, ending: every stop of the visitor can be reached and left", async (stage) => {
  const resident = await stage.customer();
  await resident.asks("Waar is de milieustraat?", { topic: "Afval" });
  const { keyboard } = resident.tab;
  const inChat = () => resident.frame.evaluate(nameOfFocus);
  await until(inChat, "TEXTAREA Uw bericht", "one can type at once");
  const stops = new Set();
  for (let presses = 0; presses < 8; presses += 1) {
    await keyboard.press("Shift+Tab");
    stops.add(await inChat());
  }
  for (const stop of ["BUTTON Bestand toevoegen", "DIV Gesprek", "BUTTON Gesprek beëindigen", "BUTTON Chat verkleinen"])
    assert.ok(stops.has(stop), `${stop} is among ${[...stops].join(", ")}`);

  await resident.chat.locator(".bar-button").focus();
  await keyboard.press("Enter");
  await resident.chat.locator("dialog").waitFor();
  await keyboard.press("Escape");
  await resident.chat.locator("dialog").waitFor({ state: "detached" });
  assert.equal(await inChat(), "BUTTON Gesprek beëindigen", "no means: back to where one was");
  await keyboard.press("Enter");
  await tabTo(resident.tab, inChat, /^BUTTON Ja, beëindig/);
  await keyboard.press("Enter");
  await resident.chat.locator(".after").waitFor();
});
