/** The stand-in server over real HTTP and a real socket, with the built pages beside it. For one's own computer. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { WebSocketServer } from "ws";
import { FakeBalie, type Scenario } from "./fake";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};

export function serve({ port, scenario, pages }: { port: number; scenario: Scenario; pages: string }): void {
  let balie = new FakeBalie(scenario);
  const sockets = new WebSocketServer({ noServer: true });

  const server = createServer(async (incoming, outgoing) => {
    const url = new URL(incoming.url ?? "/", `http://127.0.0.1:${port}`);
    if (url.pathname.startsWith("/fake/")) return send(outgoing, play(url));
    if (/^\/api\/v1\/attachments\/.+/.test(url.pathname)) return send(outgoing, picture());
    if (url.pathname.startsWith("/api/")) return send(outgoing, await called(url, incoming));
    return send(outgoing, page(pages, url.pathname));
  });

  server.on("upgrade", (request, socket, head) => {
    if (request.url !== "/api/v1/live") return socket.destroy();
    sockets.handleUpgrade(request, socket, head, (screen) => {
      const back = (frame: Record<string, unknown>) => screen.send(JSON.stringify(frame));
      const stop = balie.listen(back);
      screen.on("message", (data) => balie.hear(JSON.parse(String(data)), back));
      screen.on("close", stop);
    });
  });

  server.listen(port, "127.0.0.1", () => process.stdout.write(`http://127.0.0.1:${port}\n`));

  async function called(url: URL, incoming: IncomingMessage): Promise<Response> {
    const body = await bytes(incoming);
    const method = incoming.method ?? "GET";
    const request = new Request(url, {
      method,
      headers: { "content-type": incoming.headers["content-type"] ?? "" },
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
    return balie.handle(request);
  }

  function cut(): void {
    for (const screen of sockets.clients) screen.terminate();
  }

  /** Lets something happen: /fake/offer, /fake/say?contact=…&text=…, /fake/type, /fake/leave, /fake/cut … */
  function play(url: URL): Response {
    const contact = url.searchParams.get("contact") ?? "cnt_fatima";
    const acts: Record<string, () => void> = {
      offer: () => balie.offer(Number(url.searchParams.get("seconds") ?? 20)),
      say: () => balie.say(contact, url.searchParams.get("text") ?? "Bent u er nog?"),
      type: () => balie.type(contact, url.searchParams.get("off") === null),
      leave: () => balie.leave(contact),
      expire: () => balie.expire(),
      cut,
      fail: () =>
        balie.failNext.push({
          match: new RegExp(url.searchParams.get("match") ?? "messages"),
          status: 503,
          code: "unavailable",
        }),
      reset: () => {
        balie = new FakeBalie((url.searchParams.get("scenario") as Scenario | null) ?? scenario);
        cut();
      },
      out: () => {
        balie.signedIn = false;
      },
    };
    const act = acts[url.pathname.slice("/fake/".length)];
    act?.();
    return new Response(null, { status: act ? 204 : 404 });
  }
}

async function send(outgoing: ServerResponse, response: Response): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}

function page(pages: string, path: string): Response {
  const wanted = join(pages, path);
  const file = existsSync(wanted) && statSync(wanted).isFile() ? wanted : join(pages, "index.html");
  return new Response(new Uint8Array(readFileSync(file)), {
    headers: { "content-type": types[extname(file)] ?? "application/octet-stream" },
  });
}

function picture(): Response {
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="420"><rect width="640" height="420" fill="#b8cfd3"/>
    <rect y="270" width="640" height="150" fill="#8a9a86"/><rect x="240" y="130" width="170" height="190" rx="10" fill="#3d5258"/>
    <rect x="225" y="105" width="170" height="34" rx="8" fill="#26383d" transform="rotate(-14 310 120)"/></svg>`;
  return new Response(drawing, { headers: { "content-type": "image/svg+xml" } });
}

async function bytes(incoming: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
