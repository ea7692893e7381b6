// The promise of the conversation: every message exactly once, whatever the network does.

import { describe, expect, test } from "vitest";
import { Chat } from "../src/app/chat/chat";
import type { Store } from "../src/app/chat/store";
import { Refused } from "../src/app/refused";
import { Clock, Device, FINE, Server, seeded } from "./simulation";

function scene(seed = 1) {
  const clock = new Clock();
  const server = new Server(clock, seeded(seed));
  const device = new Device();
  const open = (store: Store = device.tab()) => {
    const chat = new Chat({
      world: server.world(),
      store,
      outbox: "out:",
      token: "secret",
      again: (body) => server.again(body),
    });
    chat.start();
    return chat;
  };
  return { clock, server, device, open };
}

const texts = (chat: Chat) => chat.view.entries.map(({ text }) => text);

describe("an ordinary conversation", () => {
  test("says hello with the token in the first frame, and nothing before it", async () => {
    const { clock, server, open } = scene();
    const chat = open();
    chat.say("Goedemorgen", []);
    await clock.run(1000);
    expect(server.heard[0]).toEqual({ type: "hello", token: "secret", after: 0 });
    expect(server.heard[1]).toMatchObject({ type: "say", text: "Goedemorgen" });
    expect(texts(chat)).toEqual(["Goedemorgen"]);
    expect(chat.view.outgoing).toEqual([]);
  });

  test("shows a message at once, before the server has it", () => {
    const { open } = scene();
    const chat = open();
    chat.say("Hallo?", []);
    expect(chat.view.outgoing.map(({ text }) => text)).toEqual(["Hallo?"]);
  });

  test("counts what the visitor has not seen, and tells the server what they have", async () => {
    const { clock, server, open } = scene();
    const chat = open();
    await clock.run(500);
    server.agentSays("Eén");
    server.agentSays("Twee");
    await clock.run(500);
    expect(chat.view.unread).toBe(2);
    chat.seen();
    await clock.run(500);
    expect(chat.view.unread).toBe(0);
    expect(server.conversation.read_by_customer).toBe(2);
  });

  test("stops showing that the agent types when nothing more is heard", async () => {
    const { clock, server, open } = scene();
    const chat = open();
    await clock.run(500);
    server.broadcast({ type: "typing", typing: true });
    await clock.run(500);
    expect(chat.view.typing).toBe(true);
    await clock.run(9000);
    expect(chat.view.typing).toBe(false);
  });

  test("asks whether the visitor is there, by the seconds and not by a clock that is wrong", async () => {
    const { clock, server, open } = scene();
    const chat = open();
    await clock.run(500);
    const until = "1999-01-01T00:00:00Z";
    server.stillThereUntil = until;
    server.broadcast({ type: "state", conversation: server.conversation });
    server.broadcast({ type: "still_there", until, seconds: 120 });
    server.broadcast({ type: "state", conversation: server.conversation });
    await clock.run(100);
    expect(chat.view.stillThereUntil).toBeGreaterThan(clock.now + 110_000);
    server.broadcast({ type: "state", conversation: server.conversation });
    chat.here();
    await clock.run(100);
    expect(chat.view.stillThereUntil).toBeNull();
    expect(server.stillThereUntil).toBeNull();
  });

  test("an answer to that question given without a line is given again when the line is back", async () => {
    const { clock, server, open } = scene();
    const chat = open();
    await clock.run(500);
    server.stillThereUntil = new Date(clock.now + 100_000).toISOString();
    server.broadcast({ type: "state", conversation: server.conversation });
    await clock.run(100);
    server.cutAll();
    await clock.run(10);
    chat.here();
    await clock.run(5000);
    expect(server.stillThereUntil).toBeNull();
    expect(chat.view.stillThereUntil).toBeNull();
  });
});

describe("a bad line", () => {
  test("a message written without connection is sent when it is back", async () => {
    const { clock, server, open } = scene();
    const chat = open();
    await clock.run(500);
    server.weather = { ...FINE, cut: 1 };
    server.cutAll();
    await clock.run(500);
    chat.say("Bent u daar?", []);
    await clock.run(60_000);
    expect(chat.view.link).not.toBe("open");
    expect(server.entries).toHaveLength(0);
    server.weather = FINE;
    chat.wake();
    await clock.run(31_000);
    expect(texts(chat)).toEqual(["Bent u daar?"]);
  });

  test("a message whose acknowledgement got lost is not doubled", async () => {
    const { clock, server, open } = scene();
    const chat = open();
    await clock.run(500);
    chat.say("Eén keer", []);
    await clock.run(25);
    server.cutAll();
    await clock.run(30_000);
    expect(server.entries.map(({ text }) => text)).toEqual(["Eén keer"]);
    expect(texts(chat)).toEqual(["Eén keer"]);
    expect(chat.view.outgoing).toEqual([]);
  });

  test("an unsent message survives a crash of the browser", async () => {
    const { clock, server, device, open } = scene();
    const first = open();
    first.say("Voor de crash", []);
    first.stop();
    expect(device.values.size).toBe(1);
    const second = open();
    await clock.run(5000);
    expect(texts(second)).toEqual(["Voor de crash"]);
    expect(device.values.size).toBe(0);
    expect(server.entries).toHaveLength(1);
  });

  test("a line that is silently dead is noticed and replaced", async () => {
    const { clock, server, open } = scene();
    const chat = open();
    await clock.run(500);
    server.weather = { ...FINE, drop: 1 };
    await clock.run(30_000);
    server.weather = FINE;
    server.agentSays("Bent u er nog?");
    await clock.run(60_000);
    expect(texts(chat)).toEqual(["Bent u er nog?"]);
  });

  test("an entry that went missing is asked for again, and entries that come twice show once", async () => {
    const { clock, server, open } = scene();
    const chat = open();
    await clock.run(500);
    server.weather = { ...FINE, drop: 1 };
    server.agentSays("verloren");
    server.weather = { ...FINE, double: 1 };
    server.agentSays("dubbel");
    await clock.run(400);
    expect(texts(chat)).toEqual(["dubbel"]);
    await clock.run(10_000);
    expect(texts(chat)).toEqual(["verloren", "dubbel"]);
  });

  test("it does not ask for ever when the server has nothing to fill a gap with", async () => {
    const { clock, server, open } = scene();
    const chat = open();
    await clock.run(500);
    server.entries.push({ ...entry(2), seq: 2 });
    server.broadcast({ type: "entry", entry: entry(7) });
    await clock.run(3_600_000);
    expect(server.connections).toBeLessThan(12);
    expect(chat.view.entries.length).toBeGreaterThan(0);
  });
});

describe("refusals", () => {
  test("too many messages: it waits and sends them later, in order", async () => {
    const { clock, server, open } = scene();
    const chat = open();
    await clock.run(500);
    server.refuseNext = ["too_many_requests", "too_many_requests"];
    for (const text of ["1", "2", "3"]) chat.say(text, []);
    await clock.run(200);
    expect(chat.view.notice).toBe("too_many_requests");
    await clock.run(60_000);
    expect(texts(chat)).toEqual(["1", "2", "3"]);
    expect(chat.view.notice).toBeNull();
  });

  test("a message that is refused for good stays, marked, and the next one goes on", async () => {
    const { clock, server, open } = scene();
    const chat = open();
    await clock.run(500);
    server.refuseNext = ["invalid"];
    chat.say("te lang", []);
    chat.say("goed", []);
    await clock.run(1000);
    expect(texts(chat)).toEqual(["goed"]);
    expect(chat.view.outgoing).toMatchObject([{ text: "te lang", refused: "invalid" }]);
  });

  test("a message that came too late goes as a new question when the visitor says so", async () => {
    const { clock, server, open } = scene();
    const chat = open();
    await clock.run(500);
    server.cutAll();
    chat.say("Nog één ding", []);
    server.state = "ended";
    await clock.run(5000);
    const [late] = chat.view.outgoing;
    expect(late).toMatchObject({ refused: "conflict" });
    chat.retry(late?.ref ?? "");
    await clock.run(5000);
    expect(texts(chat)).toEqual(["Nog één ding"]);
    expect(chat.view.conversation?.state).toBe("waiting");
  });

  test("files of a message that came too late stay behind, and a message of files only is not sent empty", async () => {
    const { clock, server, open } = scene();
    const chat = open();
    await clock.run(500);
    server.cutAll();
    const file = { id: "att_1", name: "brief.pdf", media_type: "application/pdf", size: 10 };
    chat.say("Zie de brief", [file]);
    chat.say("", [file]);
    server.state = "ended";
    await clock.run(5000);
    const [words, files] = chat.view.outgoing;
    chat.retry(files?.ref ?? "");
    chat.retry(words?.ref ?? "");
    await clock.run(5000);
    expect(texts(chat)).toEqual(["Zie de brief"]);
    expect(server.entries.at(-1)?.attachments).toEqual([]);
    expect(chat.view.outgoing).toMatchObject([{ text: "", refused: "conflict", attachments: [file] }]);
  });

  test("a refusal about something small does not end the conversation", async () => {
    const { clock, server, open } = scene();
    const chat = open();
    await clock.run(500);
    server.broadcast({ type: "refused", ref: null, code: "invalid", detail: "" });
    server.broadcast({ type: "refused", ref: null, code: "conflict", detail: "" });
    await clock.run(100);
    expect(chat.view.gone).toBeNull();
    chat.say("Gaat gewoon door", []);
    await clock.run(1000);
    expect(texts(chat)).toEqual(["Gaat gewoon door"]);
  });

  test("a token that no longer works ends the trying", async () => {
    const { clock, server, open } = scene();
    const chat = open();
    await clock.run(500);
    server.broadcast({ type: "refused", ref: null, code: "sign_in_needed", detail: "" });
    await clock.run(60_000);
    expect(chat.view.gone).toBe("sign_in_needed");
    expect(server.connections).toBe(1);
  });
});

test("ending waits until the last message has arrived", async () => {
  const { clock, server, open } = scene();
  const chat = open();
  chat.say("Dank u wel", []);
  chat.end();
  await clock.run(2000);
  expect(server.entries.map(({ text }) => text)).toEqual(["Dank u wel"]);
  expect(chat.view.conversation?.state).toBe("ended");
});

test("after the visitor ended it, the same conversation goes on with a new question", async () => {
  const { clock, server, open } = scene();
  const chat = open();
  chat.say("Dank u wel", []);
  chat.end();
  await clock.run(2000);
  chat.again("Toch nog iets");
  await clock.run(200);
  expect(texts(chat)).toEqual(["Dank u wel", "Toch nog iets"]);
  expect(chat.view.outgoing).toEqual([]);
  await clock.run(2000);
  expect(texts(chat)).toEqual(["Dank u wel", "Toch nog iets"]);
  expect(chat.view.conversation?.state).toBe("waiting");
  server.state = "active";
  chat.say("En dit", []);
  await clock.run(2000);
  expect(texts(chat)).toEqual(["Dank u wel", "Toch nog iets", "En dit"]);
});

test("what the server knows a question by is seen by nobody, and the answer may get lost", async () => {
  const { clock, server, device, open } = scene();
  const chat = open();
  chat.end();
  await clock.run(2000);
  const asked: string[] = [];
  const again = server.again.bind(server);
  server.again = async (body) => {
    asked.push(body.client_ref);
    await again(body);
    if (asked.length === 1) throw new Refused("unavailable");
  };
  chat.again("Toch nog iets");
  await clock.run(60_000);
  expect(new Set(asked).size).toBe(1);
  expect(server.entries.map(({ text }) => text)).toEqual(["Toch nog iets"]);
  expect(server.entries[0]?.ref).not.toBe(asked[0]);
  expect(chat.view.outgoing).toEqual([]);
  expect(device.values.size).toBe(0);
});

test("a sign of life that tells of a later entry makes it ask for what is missing", async () => {
  const { clock, server, open } = scene();
  const chat = open();
  await clock.run(500);
  server.weather = { ...FINE, drop: 1 };
  server.agentSays("verloren");
  server.weather = FINE;
  chat.wake();
  await clock.run(5000);
  expect(texts(chat)).toEqual(["verloren"]);
});

test("a second tab shows the same, and sends what a dead tab left behind", async () => {
  const { clock, server, open } = scene();
  const first = open();
  const second = open();
  await clock.run(500);
  first.say("Uit het eerste tabblad", []);
  expect(second.view.outgoing).toHaveLength(1);
  await clock.run(500);
  expect(texts(second)).toEqual(["Uit het eerste tabblad"]);
  server.weather = { ...FINE, drop: 1 };
  first.say("Net voor het sluiten", []);
  first.stop();
  server.weather = FINE;
  await clock.run(20_000);
  expect(texts(second)).toEqual(["Uit het eerste tabblad", "Net voor het sluiten"]);
});

describe("any storm ends in exactly once", () => {
  test.each(Array.from({ length: 60 }, (_, index) => index + 1))("storm %i", async (seed) => {
    const { clock, server, open } = scene(seed);
    const chance = seeded(seed * 7919);
    server.weather = {
      drop: chance() * 0.3,
      double: chance() * 0.4,
      cut: chance() * 0.05,
      delay: 50 + chance() * 3000,
      reorder: true,
    };
    const tabs = [open(), open()];
    const said: string[] = [];
    let answers = 0;
    for (let step = 0; step < 60; step += 1) {
      const which = Math.floor(chance() * tabs.length);
      const tab = tabs[which] as Chat;
      const dice = chance();
      if (dice < 0.45) {
        said.push(`v${step}`);
        tab.say(`v${step}`, []);
      } else if (dice < 0.75) {
        answers += 1;
        server.agentSays(`a${answers}`);
      } else if (dice < 0.85) {
        server.cutAll();
      } else if (dice < 0.95) {
        tab.stop();
        tabs[which] = open();
      } else {
        tab.wake();
      }
      await clock.run(chance() * 4000);
    }
    server.weather = FINE;
    for (const tab of tabs) tab.wake();
    await clock.run(300_000);

    const kept = server.entries.map(({ text }) => text);
    expect(kept.filter((text) => text?.startsWith("v")).sort()).toEqual([...said].sort());
    expect(kept.filter((text) => text?.startsWith("a"))).toHaveLength(answers);
    for (const tab of tabs) {
      expect(texts(tab)).toEqual(kept);
      expect(tab.view.outgoing).toEqual([]);
    }
  });
});

function entry(seq: number) {
  return {
    seq,
    at: "2025-01-01T00:00:00Z",
    author: "agent" as const,
    name: null,
    text: String(seq),
    event: null,
    attachments: [],
    ref: null,
  };
}
