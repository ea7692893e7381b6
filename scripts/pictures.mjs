// Takes the pictures of README from the real program: starts the demo with customers who come by themselves, lets a day
// begin, sits down at the desk, asks a question on the website, and photographs both.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Agent } from "../tests/browser/house/agent.mjs";
import { openBrowser } from "../tests/browser/house/browser.mjs";
import { Customer } from "../tests/browser/house/customer.mjs";
import { startDemo } from "../tests/browser/house/program.mjs";

const folder = fileURLToPath(new URL("../docs/pictures/", import.meta.url));
const patience = 120_000;
mkdirSync(folder, { recursive: true });

const browser = await openBrowser();
try {
  await inDemo(["--no-traffic"], photographTheChat);
  await inDemo(["--speed", "2", "--customers-per-hour", "1500"], photographTheDesk);
} finally {
  await browser.close();
}

async function inDemo(options, photograph) {
  const demo = await startDemo(options);
  try {
    await photograph(demo.url);
  } finally {
    await demo.stop();
  }
}

function window(width, height, scheme = "light") {
  return browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    locale: "nl-NL",
    timezoneId: "Europe/Amsterdam",
    reducedMotion: "reduce",
  });
}

/** One talk on the website, on a large screen and on a telephone. */
async function photographTheChat(url) {
  const sem = new Agent(url, await window(1440, 900));
  await sem.signsIn("sem.bakker@lindedam.example");
  await sem.goesReady();
  for (const [name, width, height] of [
    ["widget", 1440, 900],
    ["widget-390", 390, 844],
  ]) {
    const resident = await Customer.visit(url, await window(width, height));
    const question = "Goedemiddag, mijn ID-kaart verloopt over twee maanden. Hoe lang duurt een nieuwe?";
    await resident.asks(question, { name: "Hanna Verbruggen" });
    await sem.accepts("mijn ID-kaart verloopt");
    await sem.says("Goedemiddag mevrouw Verbruggen! Een nieuwe ID-kaart ligt na vijf werkdagen klaar.");
    await resident.sees("Goedemiddag mevrouw Verbruggen! Een nieuwe ID-kaart ligt na vijf werkdagen klaar.");
    await resident.says("Dat is snel. Wat moet ik meenemen?");
    await sem.sees("Dat is snel. Wat moet ik meenemen?");
    await sem.says("Uw oude kaart en een pasfoto. Een afspraak maakt u hier: https://lindedam.example/afspraak");
    await resident.chat.locator(".said.agent .bubble").nth(1).waitFor();
    await resident.chat.locator(".mark.read").waitFor();
    await takeIt(resident.tab, name);
  }
}

/** A busy desk: three contacts in hand, two of them with a customer who is known, and an offer that waits. */
async function photographTheDesk(url) {
  const context = await window(1440, 900);
  context.setDefaultTimeout(patience);
  const sem = new Agent(url, context);
  await sem.signsIn("sem.bakker@lindedam.example");
  await sem.goesReady();
  for (const customer of ["Lotte Jansen", null, "Kadir Şahin"]) {
    await sem.tab.locator(".offer").first().getByRole("button", { name: "Aannemen" }).click();
    await sem.talk.locator(".composer-text").waitFor();
    if (customer) await linkTo(sem, customer);
    await sem.says("Goedemiddag! Wat vervelend. Ik zoek het meteen voor u uit.");
  }
  await sem.talk.locator(".block[data-side=theirs]").nth(1).waitFor();
  await sem.notes("Belde hier vorige week ook over.");
  await sem.talk.locator(".composer-text").fill("Ik zie dat u hier eerder");
  await sem.tab.locator(".offer").first().waitFor();
  await sem.tab.locator(".b-toast").first().waitFor({ state: "detached" });
  await takeIt(sem.tab, "desk");
  await sem.tab.emulateMedia({ colorScheme: "dark" });
  await takeIt(sem.tab, "desk-dark");
  await sem.tab.emulateMedia({ colorScheme: "light" });
  await sem.tab.setViewportSize({ width: 390, height: 844 });
  await takeIt(sem.tab, "desk-390");
}

/** Says who the customer of the talk at hand is. */
async function linkTo(sem, name) {
  await sem.tab.getByRole("button", { name: "Klant koppelen" }).click();
  const dialog = sem.tab.getByRole("dialog");
  await dialog.getByRole("textbox").or(dialog.getByRole("searchbox")).first().fill(name);
  await dialog.getByRole("option", { name }).first().click();
  await dialog.waitFor({ state: "detached" });
}

async function takeIt(tab, name) {
  await tab.screenshot({ path: `${folder}${name}.png`, animations: "disabled" });
  console.log(`docs/pictures/${name}.png`);
}
