// Every state of the desk is sound for everybody: axe finds nothing, and nothing sticks out.
import { until } from "../house/checks.mjs";
import { long, looks, sound } from "../house/looks.mjs";
import { house, story } from "../house/stage.mjs";

for (const look of looks) {
  story(`the desk, ${look.name}`, async (stage) => {
    const door = await (await stage.window(look)).newPage();
    await door.goto(house);
    await door.locator("input[name=email]").waitFor();
    await sound(door, "sign-in");
    await door.locator("button[type=submit]").click();
    await door.getByText("Vul je e-mailadres in.").waitFor();
    await sound(door, "sign-in with a mistake");

    const sem = await stage.agent("sem.bakker@lindedam.example", look);
    if (look.language === "en") await sem.speaks("en");
    await sound(sem.tab, "the empty desk");
    for (const topic of ["Paspoort", "Afval"]) {
      const resident = await stage.customer();
      await resident.asks(`${topic}: ${long}`, { topic, name: "Aleida van der Meulen-Verbruggen" });
    }
    await sem.tab.keyboard.press("g");
    await sem.offer("Donaudampf").first().waitFor();
    await sound(sem.tab, "an offer");
    await sem.tab.keyboard.press("a");
    await sem.talk.locator(".composer-text").waitFor();
    await until(() => sem.tab.evaluate(() => document.activeElement.tagName), "TEXTAREA", "the composer has the focus");
    await sem.tab.keyboard.type(long);
    await sem.tab.keyboard.press("Enter");
    await sem.talk.locator(".block[data-side=ours] .bubble").first().waitFor();
    await sound(sem.tab, "a conversation");

    await sem.opensAbout(look.width);
    await sound(sem.tab, "what is known about it");
    await sem.closesAbout(look.width);
    for (const [key, what] of [
      ["t", "the transfer dialog"],
      ["q", "the requeue dialog"],
      ["c", "the customer dialog"],
      ["z", "the case dialog"],
      ["?", "the keys"],
      ["Control+k", "the palette"],
    ]) {
      if (look.width < 800 && (key === "c" || key === "z")) continue;
      await sem.talk.locator(".talk-scroll").focus();
      await sem.tab.keyboard.press(key);
      await sem.tab.getByRole("dialog").waitFor();
      await sound(sem.tab, what);
      await sem.tab.keyboard.press("Escape");
      await sem.tab.getByRole("dialog").waitFor({ state: "detached" });
    }
    await sem.talk.locator(".talk-scroll").focus();
    await sem.tab.keyboard.press("e");
    await sem.tab.getByRole("dialog").waitFor();
    await sound(sem.tab, "the question whether to end");
    await sem.tab.keyboard.press("Enter");
    await sem.talk.locator(".wrap-up").waitFor();
    await sem.talk.locator(".wrap-up button[type=submit]").click();
    await sem.talk.locator(".wrap-up [role=alert]").waitFor();
    await sound(sem.tab, "the wrap-up with a mistake");
  });
}
