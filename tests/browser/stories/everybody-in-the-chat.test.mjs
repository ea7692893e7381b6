// Every state of the chat is sound for everybody: axe finds nothing, and nothing sticks out.
import { long, looks, sound } from "../house/looks.mjs";
import { story } from "../house/stage.mjs";

for (const look of looks) {
  story(`the chat, ${look.name}`, async (stage) => {
    const resident = await stage.customer(look);
    await sound(resident.tab, "the website with the button");
    await resident.opensChat();
    await sound(resident.frame, "home");
    await resident.chat.locator("button.topic").first().click();
    await resident.chat.locator("form.start button[type=submit]").click();
    await resident.chat.locator("#question-wrong").waitFor();
    await sound(resident.frame, "the form with a mistake");
    await resident.chat.locator("#question").fill(long);
    await resident.chat.locator("form.start button[type=submit]").click();
    await resident.chat.locator(".waiting").waitFor();
    await sound(resident.frame, "waiting");

    const sem = await stage.agent("sem.bakker@lindedam.example");
    await sem.goesReady();
    await sem.accepts("Donaudampf");
    await sem.says(long);
    await resident.chat.locator(".said.agent .bubble").waitFor();
    await resident.attaches({ name: "spel.exe", mimeType: "x/y", buffer: Buffer.from("MZ") });
    await resident.chat.locator(".uploads .wrong").waitFor();
    await sound(resident.frame, "the conversation");
    await resident.chat.locator(".bar-button").click();
    await resident.chat.locator("dialog").waitFor();
    await sound(resident.frame, "the question whether to end");
    await resident.chat.locator("dialog .primary").click();
    await resident.chat.locator(".after").waitFor();
    await sound(resident.frame, "the end");
    await resident.chat.locator(".after .secondary").nth(1).click();
    await resident.chat.locator("#email").waitFor();
    await sound(resident.frame, "the form for mail");
  });
}
