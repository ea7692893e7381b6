// The real program, as a person would start it: the demo, on a port nobody uses, with a folder of its own that goes
// away afterwards.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const binary = join(resolve(root, process.env.CARGO_TARGET_DIR ?? "target"), "debug", "balie");
const patience = 60_000;

/** Starts the demo and waits until it answers. */
export async function startDemo(options = []) {
  const folder = mkdtempSync(join(tmpdir(), "balie-browser-"));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const program = spawn(binary, ["demo", "--data", folder, "--listen", `127.0.0.1:${port}`, ...options], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = [];
  for (const stream of [program.stdout, program.stderr]) stream.on("data", (piece) => output.push(piece));
  const said = () => Buffer.concat(output).toString();
  let gone = null;
  const exit = new Promise((settle) => {
    program.on("error", (error) => settle((gone = `${error.message}. Build it first: cargo build -p balie`)));
    program.on("exit", (code, signal) => settle((gone ??= `it stopped (${code ?? signal})`)));
  });

  async function stop() {
    program.kill("SIGTERM");
    const late = setTimeout(() => program.kill("SIGKILL"), 5_000);
    await exit;
    clearTimeout(late);
    rmSync(folder, { recursive: true, force: true });
  }

  const end = Date.now() + patience;
  while (!(await answers(`${url}/readyz`))) {
    if (gone || Date.now() > end) {
      await stop();
      throw new Error(`The program did not start: ${gone ?? "it never became ready"}\n${said()}`);
    }
    await new Promise((settle) => setTimeout(settle, 100));
  }
  return { url, stop, said };
}

async function answers(address) {
  try {
    return (await fetch(address)).ok;
  } catch {
    return false;
  }
}

function freePort() {
  return new Promise((settle, fail) => {
    const probe = createServer();
    probe.on("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => settle(port));
    });
  });
}
