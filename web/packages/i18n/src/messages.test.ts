import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import en from "./messages/en.json";
import nl from "./messages/nl.json";

const sources = [
  new URL("../../../apps/staff/src/", import.meta.url),
  new URL("../../ui/src/", import.meta.url),
];

const text = sources.flatMap((folder) => codeUnder(folder.pathname)).join("\n");
const parts = new Set(Object.keys(nl));
/** A key stands written in full: quoted, with a dot, and it begins with a part of the messages. */
const asked = new Set(
  [...text.matchAll(/"([a-z]\w*(?:\.\w+)+)"/g)]
    .map((match) => String(match[1]))
    .filter((key) => parts.has(String(key.split(".")[0]))),
);
/** `desk.event.${code}` uses every key that begins with `desk.event.` */
const prefixes = [...text.matchAll(/\bt\(\s*`([a-z][\w.]*\.)\$\{/g)].map((match) => String(match[1]));

test("both languages have the same messages, with the same gaps to fill", () => {
  expect([...flat(nl).keys()]).toEqual([...flat(en).keys()]);
  const gaps = (messages: object) => [...flat(messages)].map(([key, words]) => [key, gapsOf(words)]);
  expect(gaps(nl)).toEqual(gaps(en));
});

test("every message that a screen asks for exists", () => {
  const keys = new Set([...flat(nl).keys()].map(withoutCount));
  expect([...asked].filter((key) => !keys.has(key))).toEqual([]);
  expect(prefixes.filter((prefix) => ![...keys].some((key) => key.startsWith(prefix)))).toEqual([]);
});

test("no message is left over", () => {
  const used = (key: string) => asked.has(key) || prefixes.some((prefix) => key.startsWith(prefix));
  expect([...flat(nl).keys()].map(withoutCount).filter((key) => !used(key))).toEqual([]);
});

function codeUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\./.test(name))
    .map((name) => readFileSync(join(folder, name), "utf8"));
}

function flat(messages: object, before = ""): Map<string, string> {
  const pairs = Object.entries(messages).flatMap(([key, value]): [string, string][] =>
    typeof value === "string" ? [[before + key, value]] : [...flat(value, `${before}${key}.`)],
  );
  return new Map(pairs);
}

function gapsOf(words: string): string[] {
  return [...words.matchAll(/\{\{(\w+)\}\}/g)].map((match) => String(match[1])).sort();
}

function withoutCount(key: string): string {
  return key.replace(/_(one|other)$/, "");
}
