// Takes a picture of every state of the widget, wide and narrow, light and dark, in Dutch and English, to look at.
import { mkdirSync } from "node:fs";
import { stage, visit } from "./stage.mjs";

const out = process.argv[2] ?? "/tmp/widget-screenshots";
mkdirSync(out, { recursive: true });
const play = await stage();
const { server } = play;
const only = process.argv[3];

const SIZES = {
  wide: { width: 1440, height: 900 },
  narrow: { width: 390, height: 844, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
};
const TEXTS = {
  nl: {
    q: "Ik ben mijn paspoort kwijt. Wat moet ik nu doen?",
    a: [
      "Goedemiddag, u spreekt met Anja. Vervelend dat u uw paspoort kwijt bent.",
      "Weet u zeker dat het niet gestolen is? Op https://lindedam.example/vermissing leest u wat u moet doen.",
    ],
    me: "Nee, ik denk dat ik het in de trein heb laten liggen.",
    more: "Ik heb hier een foto van mijn oude paspoort.",
  },
  en: {
    q: "I lost my passport. What should I do now?",
    a: [
      "Good afternoon, this is Anja. I am sorry to hear you lost your passport.",
      "Are you sure it was not stolen? See https://lindedam.example/lost for what to do.",
    ],
    me: "No, I think I left it on the train.",
    more: "Here is a photo of my old passport.",
  },
};

for (const [sizeName, size] of Object.entries(SIZES))
  for (const scheme of ["light", "dark"])
    for (const language of ["nl", "en"]) {
      const name = `${sizeName}-${scheme}-${language}`;
      if (only && !name.includes(only)) continue;
      const { context, tab, chat } = await visit(play, { ...size, scheme, language, open: false });
      const shoot = (what) => tab.screenshot({ path: `${out}/${name}-${what}.png` });
      const t = TEXTS[language];
      await tab.locator("balie-chat button").waitFor();
      await shoot("0-button");
      await tab.locator("balie-chat button").click();
      await chat.locator(".topic").first().waitFor();
      await tab.waitForTimeout(300);
      await shoot("1-home");
      await chat.locator("button.topic").first().click();
      await chat.locator("#question").fill(t.q);
      await shoot("2-start");
      await chat.locator("form.start .primary").click();
      await chat.locator(".waiting").waitFor();
      await tab.waitForTimeout(300);
      await shoot("3-waiting");
      const conversation = server.only;
      server.assign(conversation);
      for (const text of t.a) server.append(conversation, { text });
      await chat.locator("#message").fill(t.me);
      await chat.locator(".send").click();
      await tab.waitForTimeout(200);
      server.read(conversation);
      server.typing(conversation, true);
      await tab.waitForTimeout(400);
      await shoot("4-talk");
      server.append(conversation, {
        text:
          language === "nl"
            ? "Dan hoeft u geen aangifte te doen."
            : "Then you need not report it to the police.",
      });
      await chat.locator("input[type=file]").setInputFiles([
        {
          name: "oud-paspoort.png",
          mimeType: "image/png",
          buffer: await tab.screenshot({ clip: { x: 0, y: 0, width: 320, height: 200 } }),
        },
        { name: "afspraak.pdf", mimeType: "application/pdf", buffer: Buffer.alloc(348_000, 1) },
        { name: "film.mov", mimeType: "video/quicktime", buffer: Buffer.alloc(1000, 1) },
      ]);
      await chat.locator("#message").fill(t.more);
      await tab.waitForTimeout(400);
      await shoot("5-files");
      await chat.locator(".uploads .bad .round").click();
      await chat.locator(".send").click();
      await tab.waitForTimeout(500);
      await shoot("6-files-sent");
      server.stillThere(conversation, 118);
      await chat.locator(".still").waitFor();
      await shoot("7-still-there");
      await chat.locator(".still .primary").click();
      server.down = true;
      server.cut();
      await chat.locator("#message").fill(language === "nl" ? "Bent u er nog?" : "Are you there?");
      await chat.locator(".send").click();
      await chat.locator(".banner").waitFor();
      await shoot("8-lost");
      server.down = false;
      await chat.locator(".mark.sending").waitFor({ state: "detached", timeout: 30000 });
      server.refuseNext = ["malformed"];
      await chat.locator("#message").fill("\u0007");
      await chat.locator("#message").fill("x");
      await chat.locator(".send").click();
      await chat.locator(".refusal").waitFor();
      await shoot("9-refused");
      await chat.locator(".refusal button").nth(1).click();
      await chat.locator(".bar-button").click();
      await tab.waitForTimeout(150);
      await shoot("A-end");
      await chat.locator("dialog .primary").click();
      await chat.locator(".after").waitFor();
      await tab.waitForTimeout(300);
      await shoot("B-ended");
      await chat.locator(".after .secondary").nth(1).click();
      await chat.locator("#email").fill("naam@");
      await chat.locator(".small-form .primary").click();
      await tab.waitForTimeout(150);
      await shoot("C-mail");
      await context.close();
      console.log(name);
    }

await play.strike();
