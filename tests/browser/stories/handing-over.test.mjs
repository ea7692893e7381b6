// A contact goes on to somebody else, with everything that was said; the customer need not tell it twice.
import assert from "node:assert/strict";
import { until } from "../house/checks.mjs";
import { story } from "../house/stage.mjs";

const question = "Mijn aanslag klopt niet, kunt u meekijken?";

/** A resident whom Sem helps, while Yasmin sits at her own desk. */
async function semTalks(stage) {
  const resident = await stage.customer();
  await resident.asks(question, { topic: "Belastingen" });
  const sem = await stage.agent("sem.bakker@lindedam.example");
  await sem.goesReady();
  await sem.accepts(question);
  await sem.says("Ik kijk even mee.");
  await resident.sees("Ik kijk even mee.");
  const yasmin = await stage.agent("yasmin.haddad@lindedam.example");
  return { resident, sem, yasmin };
}

story("a transfer to a colleague brings the note and the whole history along", async (stage) => {
  const { resident, sem, yasmin } = await semTalks(stage);
  await yasmin.goesReady();
  await sem.transfers("Yasmin Haddad", "Aanslag 2026 is dubbel opgelegd.");
  await sem.tab.getByText("Doorgezet naar Yasmin Haddad.").waitFor();
  await sem.tab.getByText("Je hebt nu geen contacten.").waitFor();
  await resident.isTold("We verbinden u door met een collega.");

  await yasmin.accepts("Belastingen");
  await resident.isHelpedBy("Yasmin Haddad");
  assert.deepEqual(await yasmin.messages(), [question, "Ik kijk even mee."]);
  assert.deepEqual(await yasmin.notesThere(), ["Aanslag 2026 is dubbel opgelegd."]);
  assert.equal(await resident.chat.getByText("dubbel opgelegd").count(), 0, "the note stays inside");

  await yasmin.says("Ik zie het, dat zetten we recht.");
  await resident.sees("Ik zie het, dat zetten we recht.");
  await resident.says("Fijn!");
  await yasmin.sees("Fijn!");
  const said = [question, "Ik kijk even mee.", "Ik zie het, dat zetten we recht.", "Fijn!"];
  await until(() => resident.messages(), said, "one conversation for the customer");
});

story("a transfer to another queue goes to whoever serves that queue", async (stage) => {
  const { resident, sem, yasmin } = await semTalks(stage);
  await sem.takesABreak();
  await sem.transfers("Zorg en inkomen", "Gaat over kwijtschelding.");
  await resident.isTold("We verbinden u door met een collega.");

  await yasmin.goesReady();
  await yasmin.offer("Belastingen").getByText("Onbekende bezoeker").waitFor();
  await yasmin.accepts("Belastingen");
  await yasmin.talk.locator(".talk-who", { hasText: "Zorg en inkomen" }).waitFor();
  assert.deepEqual(await yasmin.notesThere(), ["Gaat over kwijtschelding."]);
  await resident.isHelpedBy("Yasmin Haddad");
});

story("a contact that goes back to its queue keeps its place before who came later", async (stage) => {
  const { resident, sem, yasmin } = await semTalks(stage);
  await sem.takesABreak();
  const later = await stage.customer();
  await later.asks("Ik kwam later.", { topic: "Belastingen" });

  await sem.talk.getByRole("button", { name: "Meer", exact: true }).click();
  await sem.tab.getByRole("menuitem", { name: "Terug in de wachtrij" }).click();
  await sem.tab.getByRole("dialog").getByRole("button", { name: "Terugzetten" }).click();
  await sem.tab.getByText("Het contact staat weer in de wachtrij.").waitFor();
  await resident.chat.getByRole("heading", { name: "U bent als eerste aan de beurt." }).waitFor();
  await later.chat.getByRole("heading", { name: "Er is nog 1 persoon voor u." }).waitFor();

  await yasmin.goesReady();
  await yasmin.accepts("Ik kijk even mee.");
  assert.deepEqual(await yasmin.messages(), [question, "Ik kijk even mee."]);
  await resident.isHelpedBy("Yasmin Haddad");
});
