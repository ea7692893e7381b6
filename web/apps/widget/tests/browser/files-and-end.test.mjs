// Attachments with their limits, refusals that say what to do, the silent visitor, and everything after the end.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { begin, bubbles, play, say, until } from "./helpers.mjs";

const scene = play();
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const file = (name, mimeType, buffer = PNG) => ({ name, mimeType, buffer });

test("files go along by button and paste, and come back as picture and download", async () => {
  const { context, tab, chat, conversation } = await begin(scene);
  await chat
    .locator("input[type=file]")
    .setInputFiles([file("foto.png", "image/png"), file("brief.pdf", "application/pdf")]);
  await chat.locator("#message").evaluate((field) => {
    const data = new DataTransfer();
    data.items.add(new File(["%PDF-1"], "geplakt.pdf", { type: "application/pdf" }));
    field.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
    );
  });
  await until(async () => (await chat.getByText("Klaar om te versturen").count()) === 3, "three files ready");
  await say(chat, "Kijk");
  await chat.locator(".picture img").waitFor();
  assert.deepEqual(
    conversation.entries.at(-1).attachments.map(({ name }) => name),
    ["foto.png", "brief.pdf", "geplakt.pdf"],
  );
  const [download] = await Promise.all([
    tab.waitForEvent("download"),
    chat.getByRole("button", { name: "Download brief.pdf" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), "brief.pdf");
  await context.close();
});

test("a file that may not go says why, before and after it left", async () => {
  const { context, chat } = await begin(scene);
  scene.server.refuseUploads = ["infected", "unavailable"];
  await chat
    .locator("input[type=file]")
    .setInputFiles([
      file("film.mov", "video/quicktime"),
      file("groot.png", "image/png", Buffer.alloc(6_000_000)),
    ]);
  await chat.getByText("Dit soort bestand kunnen we niet ontvangen. Wel: JPG, PNG, PDF.").waitFor();
  await chat.getByText("Dit bestand is te groot. Een bestand mag 5 MB zijn.").waitFor();
  await chat.locator("input[type=file]").setInputFiles([file("virus.png", "image/png")]);
  await chat.getByText("In dit bestand zit een virus.").waitFor();
  await chat.locator("input[type=file]").setInputFiles([file("later.png", "image/png")]);
  await chat.getByRole("button", { name: "Probeer later.png opnieuw" }).click();
  await chat.getByText("Klaar om te versturen").waitFor();
  await context.close();
});

test("a refused message stays, says what to do, and can be sent again", async () => {
  const { context, chat } = await begin(scene);
  scene.server.refuseNext = ["malformed"];
  await say(chat, "Bijzonder");
  await chat.getByText("Haal bijzondere tekens weg").waitFor();
  await chat.getByRole("button", { name: "Verstuur opnieuw" }).click();
  await chat.locator(".mark.sent").waitFor();
  scene.server.refuseNext = ["too_many_requests"];
  await say(chat, "Snel");
  await chat.getByText("Wacht even; daarna gaat het vanzelf verder.").waitFor();
  await until(async () => (await chat.locator(".mark.sending").count()) === 0, "sent after the wait");
  await context.close();
});

test("a topic that closed meanwhile, and a token that no longer works, say so", async () => {
  scene.server.refuseNext = ["conflict"];
  const { visit } = await import("../../dev/stage.mjs");
  const early = await visit(scene);
  await early.chat.locator("button.topic").first().click();
  await early.chat.locator("#question").fill("Vraag");
  await early.chat.locator("form.start button[type=submit]").click();
  await early.chat.getByText("Dit onderwerp is net gesloten.").waitFor();
  assert.equal(await early.chat.locator("#question").inputValue(), "Vraag");
  await early.context.close();
  const { context, chat, tab } = await begin(scene);
  scene.server.conversations.clear();
  await tab.reload();
  await chat.getByRole("heading", { name: "Dit gesprek is niet meer beschikbaar" }).waitFor();
  await chat.getByRole("button", { name: "Begin een nieuw gesprek" }).click();
  await chat.locator("button.topic").first().waitFor();
  await context.close();
});

test("a silent visitor is asked, answers with one tap, or by writing", async () => {
  const { context, chat, conversation } = await begin(scene);
  scene.server.stillThere(conversation, 90);
  await chat.getByRole("heading", { name: "Bent u er nog?" }).waitFor();
  await chat.getByText(/Nog 1:(2\d|30)/).waitFor();
  await chat.getByRole("button", { name: "Ja, ik ben er nog" }).click();
  await until(() => conversation.here, "the server hears it");
  scene.server.stillThere(conversation, 90);
  await chat.locator(".still").waitFor();
  await chat.locator("#message").fill("Ja hoor");
  await chat.locator(".still").waitFor({ state: "detached" });
  scene.server.end(conversation, "system", "closed_silent");
  await chat.getByText("Daarom hebben we het gesprek gesloten.").waitFor();
  await context.close();
});

test("the visitor ends it, keeps a transcript, asks on in the same conversation, and wipes it", async () => {
  const { context, tab, chat, conversation } = await begin(scene);
  await chat.getByRole("button", { name: "Gesprek beëindigen" }).click();
  await chat.getByRole("button", { name: "Nee, ga door" }).click();
  await chat.getByRole("button", { name: "Gesprek beëindigen" }).click();
  await chat.getByRole("button", { name: "Ja, beëindig" }).click();
  await chat.getByRole("heading", { name: "Het gesprek is afgelopen" }).waitFor();
  const [download] = await Promise.all([
    tab.waitForEvent("download"),
    chat.getByRole("button", { name: "Download" }).click(),
  ]);
  assert.match(download.suggestedFilename(), /^gesprek-\d{4}-\d\d-\d\d\.txt$/);
  assert.match(await readFile(await download.path(), "utf8"), /paspoort kwijt/);
  await chat.getByRole("button", { name: "Mail naar mij" }).click();
  await chat.locator("#email").fill("naam@");
  await chat.getByRole("button", { name: "Verstuur" }).click();
  await chat.getByText("Vul een e-mailadres in, zoals naam@voorbeeld.nl.").waitFor();
  await chat.locator("#email").fill("naam@voorbeeld.nl");
  await chat.getByRole("button", { name: "Verstuur" }).click();
  await chat.getByText("We mailen het gesprek naar naam@voorbeeld.nl.").waitFor();
  assert.equal(conversation.mailed, "naam@voorbeeld.nl");
  await chat.getByRole("button", { name: "Stel nog een vraag" }).click();
  await chat.locator("#ask").fill("Toch nog iets");
  await chat.getByRole("button", { name: "Verstuur vraag" }).click();
  await chat.getByText("U bent als eerste aan de beurt.").first().waitFor();
  assert.deepEqual(await bubbles(chat), ["Ik ben mijn paspoort kwijt.", "Toch nog iets"]);
  scene.server.end(conversation);
  await chat.getByRole("button", { name: "Klaar, wis het gesprek hier" }).click();
  await chat.locator("button.topic").first().waitFor();
  assert.deepEqual((await context.storageState()).origins, []);
  assert.equal(await tab.evaluate(() => sessionStorage.length), 0);
  await context.close();
});
