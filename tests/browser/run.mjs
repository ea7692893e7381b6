// Runs the browser stories against the real program: starts it on a free port with a fresh folder, plays, stops it.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../..");
const program = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug/balie");

function freePort() {
  return new Promise((answer, fail) => {
    const server = createServer();
    server.on("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => answer(port));
    });
  });
}

async function ready(url, child) {
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) throw new Error("the program ended before it was ready");
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((wake) => setTimeout(wake, 100));
  }
  throw new Error("the program is not ready after a minute");
}

const folder = mkdtempSync(join(tmpdir(), "balie-browser-"));
const log = join(folder, "log");
const port = await freePort();
const url = `http://localhost:${port}`;
const words = ["demo", "--no-traffic", "--listen", `127.0.0.1:${port}`, "--data", join(folder, "demo")];
const child = spawn(program, words, { stdio: ["ignore", openSync(log, "a"), openSync(log, "a")] });
let status = 1;
try {
  await ready(url, child);
  const wanted = process.argv.slice(2);
  const stories = readdirSync(here).filter((name) => name.endsWith(".test.mjs"));
  const chosen = wanted.length > 0 ? stories.filter((name) => wanted.some((word) => name.includes(word))) : stories;
  const paths = chosen.sort().map((name) => join(here, name));
  const options = ["--test", "--test-concurrency=1", "--test-reporter=spec", ...paths];
  const played = spawnSync(process.execPath, options, { stdio: "inherit", env: { ...process.env, BALIE_URL: url } });
  status = played.status ?? 1;
} catch (error) {
  console.error(error.message);
} finally {
  child.kill("SIGKILL");
  if (status !== 0) console.error(`What the program logged:\n${readFileSync(log, "utf8")}`);
  rmSync(folder, { recursive: true, force: true });
}
process.exit(status);
