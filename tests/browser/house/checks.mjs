// Questions a story asks more than once.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { axeFile } from "./browser.mjs";

const axe = await readFile(axeFile, "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Asks again until the answer is the expected one; a story never sleeps for a fixed time. */
export async function until(ask, expected, what, within = 15_000) {
  const end = Date.now() + within;
  for (;;) {
    const answer = await ask();
    try {
      assert.deepEqual(answer, expected, what);
      return;
    } catch (difference) {
      if (Date.now() > end) throw difference;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Axe finds nothing on a page or in one frame of it. */
export async function accessible(frame, what) {
  await stillness(frame);
  if (!(await frame.evaluate(() => "axe" in window))) await frame.evaluate(axe);
  const { violations } = await frame.evaluate(
    (values) => window.axe.run({ runOnly: { type: "tag", values }, iframes: false, resultTypes: ["violations"] }),
    rules,
  );
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
  assert.deepEqual(found, [], `axe on ${what}`);
}

/** Nothing sticks out at the side of a page or frame. */
export async function fits(frame, what) {
  const { room, needs } = await frame.evaluate(() => ({
    room: document.documentElement.clientWidth,
    needs: document.documentElement.scrollWidth,
  }));
  assert.ok(needs <= room, `${what} needs ${needs} px and has ${room}`);
}

/** What fades in has come in: half-faded letters have no honest contrast. */
async function stillness(frame) {
  await frame.waitForFunction(() =>
    document.getAnimations().every((animation) => {
      const endless = animation.effect?.getComputedTiming().iterations === Number.POSITIVE_INFINITY;
      return endless || animation.playState !== "running";
    }),
  );
}
