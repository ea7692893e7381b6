// Runs the built widget against the stand-in server, with an agent who answers by itself: npm run build && npm run dev.
import { FakeServer } from "./fake-server.mjs";
import { website } from "./stage.mjs";

const server = await new FakeServer().listen(8081);
server.onConversation = (conversation) => {
  const steps = [
    [3000, () => server.change(conversation, { place: 2, estimate_seconds: 90 })],
    [6000, () => server.change(conversation, { place: 1, estimate_seconds: 40 })],
    [9000, () => server.assign(conversation)],
    [
      11000,
      () => server.append(conversation, { text: "Goedemiddag, u spreekt met Anja. Ik lees even mee." }),
    ],
  ];
  for (const [after, step] of steps) setTimeout(step, after);
  conversation.onSay = (text) => {
    if (text.includes("bent u er nog")) return server.stillThere(conversation, 60);
    setTimeout(() => server.read(conversation), 700);
    setTimeout(() => server.typing(conversation, true), 1200);
    setTimeout(() => server.append(conversation, { text: `U schreef: ${text}` }), 3500);
  };
};
const site = await website(server, 8082);
console.log(`Website with the chat: ${site.origin}/  (in English: ${site.origin}/?language=en)`);
