// What the browser tests share: a stage per file, a conversation that has begun, and axe without a single finding.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { stage, visit } from "../../dev/stage.mjs";

/** One server, website and browser for a test file. */
export function play() {
  const scene = {};
  before(async () => Object.assign(scene, await stage()));
  after(() => scene.strike());
  return scene;
}

/** A visitor who has asked a question; the agent has picked it up unless `waiting`. */
export async function begin(
  scene,
  { waiting = false, question = "Ik ben mijn paspoort kwijt.", ...options } = {},
) {
  const visitor = await visit(scene, options);
  await visitor.chat.locator("button.topic").first().click();
  await visitor.chat.locator("#question").fill(question);
  await visitor.chat.locator("form.start button[type=submit]").click();
  await visitor.chat.locator(".waiting").waitFor();
  const conversation = scene.server.only;
  if (!waiting) {
    scene.server.assign(conversation);
    await visitor.chat.locator(".face").waitFor();
  }
  return { ...visitor, conversation };
}

export async function say(chat, text) {
  await chat.locator("#message").fill(text);
  await chat.locator(".send").click();
}

export const bubbles = (chat) => chat.locator(".bubble").allTextContents();

/** Waits until the check passes; the message says what was expected. */
export async function until(check, message, within = 10_000) {
  const end = Date.now() + within;
  while (!(await check())) {
    if (Date.now() > end) assert.fail(message);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export async function accessible(tab, what) {
  const { violations } = await new AxeBuilder({ page: tab })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
  assert.deepEqual(found, [], `axe on ${what}`);
}
