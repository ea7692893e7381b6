// Everyone can use it: by keyboard alone, with a screen reader, on a small telephone, zoomed in, in the dark.
import assert from "node:assert/strict";
import { test } from "node:test";
import { visit } from "../../dev/stage.mjs";
import { accessible, begin, play, say } from "./helpers.mjs";

const scene = play();

for (const scheme of ["light", "dark"])
  test(`axe finds nothing in any state, ${scheme}`, async () => {
    const { context, tab, chat } = await visit(scene, { scheme });
    await chat.locator(".topic").first().waitFor();
    await tab.waitForTimeout(300);
    await accessible(tab, "home");
    await chat.locator("button.topic").first().click();
    await chat.locator("form.start button[type=submit]").click();
    await chat.locator("#question-wrong").waitFor();
    await accessible(tab, "the form with a mistake");
    await chat.locator("#question").fill("Vraag");
    await chat.locator("form.start button[type=submit]").click();
    await chat.locator(".waiting").waitFor();
    await accessible(tab, "the queue");
    const conversation = scene.server.only;
    scene.server.assign(conversation);
    scene.server.append(conversation, { text: "Zie https://lindedam.example" });
    await chat
      .locator("input[type=file]")
      .setInputFiles([{ name: "x.mov", mimeType: "video/x", buffer: Buffer.from("x") }]);
    await chat.locator(".uploads .bad").waitFor();
    scene.server.refuseNext = ["malformed"];
    await say(chat, "Geweigerd");
    await chat.locator(".refusal").waitFor();
    scene.server.stillThere(conversation, 90);
    await chat.locator(".still").waitFor();
    scene.server.typing(conversation, true);
    await chat.locator(".dots").waitFor();
    await accessible(tab, "the conversation with everything in it");
    await chat.locator(".bar-button").click();
    await accessible(tab, "the question whether to end");
    await chat.locator("dialog .primary").click();
    await chat.locator(".refusal button").nth(1).click();
    await chat.locator(".after").waitFor();
    await accessible(tab, "after the end");
    await chat.getByRole("button", { name: "Mail naar mij" }).click();
    await accessible(tab, "the mail form");
    await context.close();
  });

test("the whole way by keyboard, with the focus where it is expected", async () => {
  const { context, tab, chat } = await visit(scene, { open: false });
  const { keyboard } = tab;
  const focused = () =>
    tab
      .frames()
      .find((frame) => frame.url().includes("/widget/"))
      .evaluate(
        () =>
          `${document.activeElement.tagName} ${document.activeElement.getAttribute("aria-label") ?? document.activeElement.id}`,
      );
  const button = tab.locator("balie-chat button");
  await button.focus();
  await keyboard.press("Enter");
  await chat.locator(".topic").first().waitFor();
  await tab.waitForTimeout(200);
  assert.match(await focused(), /^H1/);
  for (let press = 0; press < 1; press += 1) await keyboard.press("Tab");
  assert.match(await focused(), /^BUTTON/);
  await keyboard.press("Enter");
  await chat.locator("form.start").waitFor();
  await tab.waitForTimeout(100);
  assert.match(await focused(), /^H1/);
  while (!(await focused()).includes("question")) await keyboard.press("Tab");
  await keyboard.type("Mijn vraag");
  while (!(await focused()).startsWith("BUTTON")) await keyboard.press("Tab");
  await keyboard.press("Enter");
  await chat.locator("#message").waitFor();
  await tab.waitForTimeout(100);
  assert.equal(await focused(), "TEXTAREA message");
  await keyboard.type("Regel een");
  await keyboard.press("Shift+Enter");
  await keyboard.type("regel twee");
  await keyboard.press("Enter");
  await chat.getByText("Regel een").waitFor();
  assert.equal(scene.server.only.entries.at(-1).text, "Regel een\nregel twee");
  await keyboard.press("Shift+Tab");
  await keyboard.press("Shift+Tab");
  assert.equal(await focused(), "DIV Gesprek");
  await chat.locator(".bar-button").focus();
  await keyboard.press("Enter");
  await chat.locator("dialog").waitFor();
  await keyboard.press("Escape");
  await chat.locator("dialog").waitFor({ state: "detached" });
  assert.equal(await focused(), "BUTTON Gesprek beëindigen");
  await keyboard.press("Escape");
  await tab.locator("balie-chat dialog").waitFor({ state: "hidden" });
  const back = await tab.evaluate(
    () => document.querySelector("balie-chat").shadowRoot.activeElement?.tagName,
  );
  assert.equal(back, "BUTTON");
  await context.close();
});

test("on a telephone it fills the screen, the page behind it is inert, and nothing sticks out", async () => {
  const { context, tab, chat } = await begin(scene, {
    width: 390,
    height: 844,
    hasTouch: true,
    isMobile: true,
  });
  const box = await tab.locator("balie-chat dialog").boundingBox();
  assert.deepEqual([box.x, box.y, box.width, box.height], [0, 0, 390, 844]);
  await tab.setViewportSize({ width: 320, height: 568 });
  const frame = tab.frames().find((one) => one.url().includes("/widget/"));
  assert.equal(await frame.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
  await accessible(tab, "the telephone");
  await chat.getByRole("button", { name: "Chat verkleinen" }).click();
  await tab.locator("balie-chat button").waitFor();
  assert.equal(await tab.evaluate(() => document.documentElement.style.overflow), "");
  await context.close();
});

test("zoomed to 200 % it still fits, and every target is large enough", async () => {
  const { context, tab, chat } = await begin(scene, { width: 720, height: 450, deviceScaleFactor: 2 });
  await chat.locator("#message").fill("Past dit?");
  const frame = tab.frames().find((one) => one.url().includes("/widget/"));
  const small = await frame.evaluate(() =>
    [...document.querySelectorAll("button, input, textarea, [role=log]")]
      .filter((element) => element.checkVisibility())
      .map((element) => ({
        name: element.outerHTML.slice(0, 60),
        ...element.getBoundingClientRect().toJSON(),
      }))
      .filter(({ width, height, bottom }) => width < 24 || height < 24 || bottom > innerHeight + 1)
      .map(({ name }) => name),
  );
  assert.deepEqual(small, []);
  await context.close();
});

test("who asked for less movement gets none", async () => {
  const { context, tab, chat } = await begin(scene, { waiting: true, reducedMotion: "reduce" });
  await chat.locator(".pulse").waitFor();
  const frame = tab.frames().find((one) => one.url().includes("/widget/"));
  assert.equal(await frame.evaluate(() => document.getAnimations().length), 0);
  assert.equal(
    await tab.evaluate(() => document.querySelector("balie-chat").shadowRoot.getAnimations().length),
    0,
  );
  await context.close();
});

test("the language can be switched, and the page around it follows", async () => {
  const { context, tab, chat } = await visit(scene);
  await chat.getByRole("button", { name: "EN English" }).click();
  await chat.getByRole("heading", { name: "How can we help you?" }).waitFor();
  await chat.getByText("Waiting time: about 3 minutes").waitFor();
  const frame = tab.frames().find((one) => one.url().includes("/widget/"));
  assert.equal(await frame.evaluate(() => document.documentElement.lang), "en");
  await tab.keyboard.press("Escape");
  await tab.getByRole("button", { name: "Chat with us" }).waitFor();
  await context.close();
});
