// Builds the one script that other people's pages load: dist/widget.js. Never an import, a chunk or a hash in its name.
import { defineConfig } from "vite";

export default defineConfig({
  publicDir: false,
  build: {
    target: "es2022",
    emptyOutDir: false,
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: "src/loader/loader.ts",
      output: { format: "iife", entryFileNames: "widget.js" },
    },
  },
});
