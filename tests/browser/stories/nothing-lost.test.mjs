// Reloads, second tabs and bad lines: nothing that was said is lost, and nothing stands there twice.
import assert from "node:assert/strict";
import { until } from "../house/checks.mjs";
import { story } from "../house/stage.mjs";

const sem = "sem.bakker@lindedam.example";

/** A resident and an agent in mid-conversation. */
async function inTalk(stage, { lines = {}, question = "Hoe duur is een paspoort?" } = {}) {
  const resident = await stage.customer({ line: lines.resident });
  await resident.asks(question);
  const agent = await stage.agent(sem, { line: lines.agent });
  await agent.goesReady();
  await agent.accepts(question);
  await agent.says("Goedemiddag, ik zoek het op.");
  await resident.sees("Goedemiddag, ik zoek het op.");
  return { resident, agent, said: [question, "Goedemiddag, ik zoek het op."] };
}

story("a reload on either side, and a second tab, show the same conversation once", async (stage) => {
  const { resident, agent, said } = await inTalk(stage);
  await resident.says("Graag!");
  await agent.sees("Graag!");
  said.push("Graag!");

  await resident.chat.locator("#message").fill("Half geschreven");
  await resident.draftIsKept();
  await resident.tab.reload();
  await resident.sees("Graag!");
  assert.deepEqual(await resident.messages(), said);
  assert.equal(await resident.chat.locator("#message").inputValue(), "Half geschreven");

  const second = await resident.secondTab();
  await second.sees("Graag!");
  await second.says("Dit typ ik in het tweede tabblad.");
  await resident.sees("Dit typ ik in het tweede tabblad.");
  said.push("Dit typ ik in het tweede tabblad.");

  await agent.talk.locator(".composer-text").fill("Nog niet verstuurd");
  await agent.tab.reload();
  await agent.sees("Dit typ ik in het tweede tabblad.");
  assert.equal(await agent.talk.locator(".composer-text").inputValue(), "Nog niet verstuurd");
  await agent.says("Een paspoort kost € 83,87.");
  said.push("Een paspoort kost € 83,87.");

  for (const window of [resident, second, agent]) {
    await window.sees("Een paspoort kost € 83,87.");
    await until(() => window.messages(), said, "every message once, in every window");
  }
});

story("a conversation that ended is still there after a reload, and gone after the visitor wipes it", async (stage) => {
  const { resident, said } = await inTalk(stage);
  await resident.ends();
  await resident.tab.reload();
  await resident.chat.locator(".after").waitFor();
  assert.deepEqual(await resident.messages(), said);

  await resident.chat.getByRole("button", { name: "Klaar, wis het gesprek hier" }).click();
  await resident.chat.locator(".topic").first().waitFor();
  await until(async () => (await resident.context.storageState()).origins, [], "nothing is left on the device");
});

story("what the customer writes without a line arrives once, when the line is back", async (stage) => {
  const line = await stage.line();
  const { resident, agent, said } = await inTalk(stage, { lines: { resident: line } });
  line.cut();
  await resident.says("Dit schrijf ik zonder verbinding.");
  await resident.says("En dit ook.");
  await resident.chat.getByText("De verbinding is weg.").waitFor();
  assert.equal(await resident.chat.locator(".mark.sending").count(), 2);
  await agent.says("Bent u er nog?");
  line.mend();

  await resident.sees("Bent u er nog?");
  for (const text of ["Dit schrijf ik zonder verbinding.", "En dit ook."]) await agent.sees(text);
  const all = [...said, "Bent u er nog?", "Dit schrijf ik zonder verbinding.", "En dit ook."];
  await until(() => agent.messages(), all, "each once, at the desk");
  await until(() => resident.messages(), all, "each once, in the chat");
  assert.equal(await resident.chat.locator(".mark.sending").count(), 0);
});

story("what the agent writes without a line arrives once, when the line is back", async (stage) => {
  const line = await stage.line();
  const { resident, agent, said } = await inTalk(stage, { lines: { agent: line } });
  line.cut();
  await agent.says("Dit schrijf ik zonder verbinding.");
  await agent.notes("Deze notitie ook.");
  await agent.tab.getByText("Geen verbinding.").waitFor();
  await agent.talk.locator("[data-unsent]").first().waitFor();
  await resident.says("Hallo?");
  line.mend();

  await agent.allIsKept();
  await resident.sees("Dit schrijf ik zonder verbinding.");
  const all = [...said, "Hallo?", "Dit schrijf ik zonder verbinding."];
  await until(() => resident.messages(), all, "each once, in the chat");
  await until(() => agent.messages(), all, "each once, at the desk");
  assert.deepEqual(await agent.notesThere(), ["Deze notitie ook."]);
});

story("when only the answers get lost, what was sent is sent again and still stands there once", async (stage) => {
  const lines = { resident: await stage.line(), agent: await stage.line() };
  const { resident, agent, said } = await inTalk(stage, { lines });
  lines.resident.deafen();
  await resident.says("Komt dit aan?");
  await agent.sees("Komt dit aan?");
  lines.agent.deafen();
  await agent.says("Ja, dit komt aan.");
  for (const line of [lines.resident, lines.agent]) {
    line.cut();
    line.mend();
  }
  await resident.sees("Ja, dit komt aan.");
  await agent.allIsKept();
  const all = [...said, "Komt dit aan?", "Ja, dit komt aan."];
  await until(() => resident.messages(), all, "each once, in the chat");
  await until(() => agent.messages(), all, "each once, at the desk");
});

story("a browser that knows it is offline keeps both sides' words until it is online", async (stage) => {
  const { resident, agent, said } = await inTalk(stage);
  await resident.context.setOffline(true);
  await agent.context.setOffline(true);
  await resident.says("Van de klant.");
  await agent.says("Van de medewerker.");
  await resident.chat.locator(".mark.sending").waitFor();
  await agent.talk.locator("[data-unsent]").waitFor();
  await resident.context.setOffline(false);
  await agent.context.setOffline(false);

  await resident.sees("Van de medewerker.");
  await agent.sees("Van de klant.");
  await agent.allIsKept();
  const sorted = async (window) => (await window.messages()).sort();
  const all = [...said, "Van de klant.", "Van de medewerker."].sort();
  await until(() => sorted(resident), all, "each once, in the chat");
  await until(() => sorted(agent), all, "each once, at the desk");
});
