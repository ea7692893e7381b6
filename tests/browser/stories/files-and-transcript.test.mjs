// Files in both directions, and the conversation to take home.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { until } from "../house/checks.mjs";
import { house, story } from "../house/stage.mjs";

const dot = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);
const picture = { name: "gevonden pas.png", mimeType: "image/png", buffer: dot };
const letter = {
  name: "formulier.pdf",
  mimeType: "application/pdf",
  buffer: Buffer.from("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"),
};
const program = Buffer.concat([Buffer.from("MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0", "latin1"), Buffer.alloc(512)]);

async function inTalk(stage) {
  const resident = await stage.customer();
  await resident.asks("Ik vond een pas op straat.", { topic: "Iets anders" });
  const sem = await stage.agent("sem.bakker@lindedam.example");
  await sem.goesReady();
  await sem.accepts("Ik vond een pas op straat.");
  return { resident, sem };
}

story("a picture from the customer and a form from the agent arrive whole", async (stage) => {
  const { resident, sem } = await inTalk(stage);
  await resident.attaches(picture);
  await resident.chat.getByText("Klaar om te versturen").waitFor();
  await resident.says("Deze.");
  const seen = sem.talk.getByRole("img", { name: "Foto gevonden pas.png" });
  await seen.waitFor();
  await until(() => seen.evaluate((image) => image.naturalWidth), 1, "the picture is shown");

  await sem.attaches(letter);
  await sem.says("Vult u dit in?");
  const arrived = resident.chat.getByRole("button", { name: "Download formulier.pdf" });
  const download = resident.tab.waitForEvent("download");
  await arrived.click();
  const file = await download;
  assert.equal(file.suggestedFilename(), "formulier.pdf");
  assert.deepEqual(await readFile(await file.path()), letter.buffer);
});

story("a file of a kind that is refused gives a sentence that says what can be sent", async (stage) => {
  const { resident, sem } = await inTalk(stage);
  await resident.attaches({ name: "spel.exe", mimeType: "application/x-msdownload", buffer: program });
  await resident.chat.locator(".uploads .wrong", { hasText: /Dit soort bestand kunnen we niet ontvangen/ }).waitFor();
  await resident.chat.getByRole("button", { name: "Verwijder spel.exe" }).click();

  await resident.attaches({ name: "vermomd.png", mimeType: "image/png", buffer: program });
  await resident.chat.locator(".uploads .wrong", { hasText: /Dit soort bestand kunnen we niet ontvangen/ }).waitFor();
  await resident.chat.getByRole("button", { name: "Verwijder vermomd.png" }).click();

  await sem.attaches({ name: "spel.exe", mimeType: "application/x-msdownload", buffer: program });
  await sem.talk.getByText("Dit soort bestand kan niet. Kies een foto, PDF of document.").waitFor();
  await sem.talk.getByRole("button", { name: "spel.exe weghalen" }).click();
  await sem.says("Zonder bestand gaat het wel.");
  await resident.sees("Zonder bestand gaat het wel.");
});

story("the conversation can be downloaded and mailed, without what is internal", async (stage) => {
  const { resident, sem } = await inTalk(stage);
  await sem.notes("Vertrouwelijk: bel de politie.");
  await sem.says("Breng hem naar het stadhuis <b>Lindeplein</b>.");
  await resident.sees("Breng hem naar het stadhuis <b>Lindeplein</b>.");
  await resident.ends();

  const download = resident.tab.waitForEvent("download");
  await resident.chat.getByRole("button", { name: "Download", exact: true }).click();
  const text = await readFile(await (await download).path(), "utf8");
  for (const said of ["Ik vond een pas op straat.", "Breng hem naar het stadhuis", "Sem Bakker"])
    assert.ok(text.includes(said), `the transcript says: ${said}`);
  assert.ok(!text.includes("Vertrouwelijk"), "the note stays inside");

  await resident.chat.getByRole("button", { name: "Mail naar mij" }).click();
  await resident.chat.locator("#email").fill("geen adres");
  await resident.chat.getByRole("button", { name: "Verstuur", exact: true }).click();
  await resident.chat.getByText("Vul een e-mailadres in").waitFor();
  await resident.chat.locator("#email").fill("vinder@post.example");
  await resident.chat.getByRole("button", { name: "Verstuur", exact: true }).click();
  await resident.chat.getByText("We mailen het gesprek naar vinder@post.example.").waitFor();

  const mailbox = await resident.context.newPage();
  const row = mailbox.locator("tr", { hasText: "vinder@post.example" });
  const look = async () => {
    await mailbox.goto(`${house}/demo/mailbox?lang=nl`);
    return row.count();
  };
  await until(look, 1, "one letter in the mailbox");
  await row.getByRole("link").click();
  const mail = await mailbox.locator(".letter").innerText();
  assert.ok(mail.includes("Breng hem naar het stadhuis <b>Lindeplein</b>."), mail);
  assert.ok(!mail.includes("Vertrouwelijk"), "the note stays inside");
});
