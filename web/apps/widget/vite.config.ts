// Builds the page inside the iframe: dist/index.html and dist/assets. Never the loader, which has a build of its own.
import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "/widget/",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: { include: ["tests/*.test.ts"] },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
  },
});
