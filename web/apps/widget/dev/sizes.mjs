// Measures the built widget, gzipped, and stops the build when it grows past its limits.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const gzip = (name) => gzipSync(readFileSync(new URL(name, dist)), { level: 9 }).length;

const loader = gzip("widget.js");
const sum = (names) => names.map(gzip).reduce((total, bytes) => total + bytes, 0);
const assets = readdirSync(new URL("assets/", dist)).map((name) => `assets/${name}`);
// A visitor loads one language.
const languages = assets.filter((name) => /\/(nl|en)-/.test(name));
const others = assets.filter((name) => !languages.includes(name));
const opened = sum(["index.html", ...others]) + Math.max(...languages.map(gzip));
const limits = { loader: 15_000, opened: 40_000 };

console.log(`gzip: loader ${loader} of ${limits.loader} bytes, opened ${opened} of ${limits.opened} bytes`);
if (loader > limits.loader || opened > limits.opened) {
  console.error("The widget has grown past its limit. Take something out, or load it later.");
  process.exit(1);
}
