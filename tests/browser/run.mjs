// Runs the browser stories: starts Balie's demo on a free port with a fresh folder, plays every story against it, stops
// it, and fails when a story failed. `node tests/browser/run.mjs offers` plays only the files that are named so.
//
// Stories of one house go one after the other, because they share its few agents. Two houses go side by side, because a
// story waits more than it works.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startDemo } from "./house/program.mjs";

const stories = fileURLToPath(new URL("./stories/", import.meta.url));
const mostHouses = 2;
const wanted = process.argv.slice(2);
const files = readdirSync(stories)
  .filter((file) => file.endsWith(".test.mjs"))
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort();

if (files.length === 0) {
  console.error(`No story is named like ${wanted.join(" or ")}.`);
  process.exit(2);
}

const houses = [];
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => closeDown().then(() => process.exit(1)));

let failed = false;
try {
  const waiting = [...files];
  await Promise.all(Array.from({ length: Math.min(mostHouses, files.length) }, () => playFrom(waiting)));
} catch (error) {
  console.error(error.message);
  failed = true;
} finally {
  await closeDown();
}
process.exit(failed ? 1 : 0);

/** One house: takes the next file until there are none. */
async function playFrom(waiting) {
  const demo = await startDemo(["--no-traffic"]);
  houses.push(demo);
  for (let file = waiting.shift(); file; file = waiting.shift()) {
    const { code, told } = await play(file, demo.url);
    console.log(`${file}\n${told}`);
    if (code === 0) continue;
    failed = true;
    console.log(`What the program said:\n${demo.said()}`);
  }
}

/** Plays one file; what it tells comes in one piece, not mixed with another's. */
function play(file, url) {
  const player = spawn(process.execPath, ["--test", "--test-reporter=spec", stories + file], {
    env: { ...process.env, BALIE_URL: url },
  });
  const pieces = [];
  for (const stream of [player.stdout, player.stderr]) stream.on("data", (piece) => pieces.push(piece));
  return new Promise((resolve) => {
    player.on("close", (code) => resolve({ code, told: Buffer.concat(pieces).toString() }));
  });
}

async function closeDown() {
  await Promise.all(houses.splice(0).map((demo) => demo.stop()));
}
