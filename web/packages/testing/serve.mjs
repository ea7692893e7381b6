/** Starts the stand-in server: `npm run serve -w packages/testing -- --port 4180 --scenario busy|quiet`. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runnerImport } from "vite";

const { values } = parseArgs({
  options: { port: { type: "string", default: "4180" }, scenario: { type: "string", default: "busy" } },
});
const { module } = await runnerImport(fileURLToPath(new URL("./src/serve.ts", import.meta.url)));
module.serve({
  port: Number(values.port),
  scenario: values.scenario,
  pages: fileURLToPath(new URL("../../apps/staff/dist", import.meta.url)),
});
