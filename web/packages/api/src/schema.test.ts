import { existsSync, readFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import { expect, test } from "vitest";

const published = new URL("../../../../docs/api/openapi.json", import.meta.url);

test.runIf(existsSync(published))("the types are those of the published interface", async () => {
  const fresh = astToString(await openapiTS(published));
  const kept = readFileSync(new URL("./schema.ts", import.meta.url), "utf8");
  expect(kept.endsWith(fresh), "run `npm run generate -w packages/api`").toBe(true);
});
