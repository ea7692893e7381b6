// What somebody is typing never turns into something else, whatever happens meanwhile.
import assert from "node:assert/strict";
import { story } from "../house/stage.mjs";

story("letters that were meant for the customer who just left are no commands, and stay to be read", async (stage) => {
  const resident = await stage.customer();
  await resident.asks("Mag ik op straat een feest geven?");
  const sem = await stage.agent("sem.bakker@lindedam.example");
  await sem.goesReady();
  await sem.accepts("Mag ik op straat een feest geven?");
  const other = await stage.customer();
  await other.asks("Wanneer is het stadhuis open?");
  await sem.offer("Wanneer is het stadhuis open?").waitFor();

  const { keyboard } = sem.tab;
  await sem.talk.locator(".composer-text").click();
  await keyboard.type("Dat mag, ");
  const leaving = resident.ends();
  while ((await sem.talk.locator(".wrap-up").count()) === 0) await keyboard.type("maxxa");
  await keyboard.type("maxxa, max 1 e n");
  await keyboard.press("Enter");
  await leaving;

  await sem.offer("Wanneer is het stadhuis open?").waitFor();
  assert.equal(await sem.tab.getByRole("dialog").count(), 0);
  assert.equal(await sem.talk.locator(".wrap-up [role=radio][aria-checked=true], .wrap-up input:checked").count(), 0);
  assert.match(await sem.talk.locator(".unsent-draft-text").innerText(), /^Dat mag, m/);

  await sem.talk.getByRole("button", { name: "In de notitie zetten" }).click();
  await keyboard.press("w");
  await keyboard.press("1");
  await keyboard.press("Enter");
  await sem.talk.locator(".wrap-up").waitFor({ state: "detached" });
  await keyboard.press("a");
  await sem.sees("Wanneer is het stadhuis open?");
});
