// A stand-in for the server, for development, browser tests and screenshots: the visitors' interface in memory, with an
// agent that tests can play. It keeps nothing and is never part of the product.
import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { WebSocketServer } from "ws";
import { CONFIG } from "./lindedam.mjs";

const DIST = new URL("../dist/", import.meta.url);
const TYPES = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".png": "image/png",
};
const PAGE_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors ";

export class FakeServer {
  conversations = new Map();
  requests = [];
  refuseNext = [];
  refuseUploads = [];
  config = structuredClone(CONFIG);
  hostOrigin = "*";
  /** When down, every call and socket fails, as if the network were gone. */
  down = false;
  /** The widget is not active: its page does not exist. */
  switchedOff = false;
  uploadDelay = 0;
  onConversation = () => {};
  #sockets = new Set();

  async listen(port = 0) {
    this.http = createServer((request, response) => void this.#answer(request, response));
    this.ws = new WebSocketServer({ noServer: true });
    this.http.on("upgrade", (request, socket, head) => {
      if (this.down || request.url !== "/api/v1/chat/live") return socket.destroy();
      this.ws.handleUpgrade(request, socket, head, (web) => this.#live(web));
    });
    await new Promise((resolve) => this.http.listen(port, "127.0.0.1", resolve));
    this.origin = `http://localhost:${this.http.address().port}`;
    return this;
  }

  async close() {
    for (const { web } of this.#sockets) web.terminate();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  get only() {
    return [...this.conversations.values()].at(-1);
  }

  cut() {
    for (const { web } of this.#sockets) web.terminate();
  }

  /** The agent's side. */
  change(conversation, part) {
    Object.assign(conversation.state, part);
    this.#tell(conversation, { type: "state", conversation: this.#view(conversation) });
  }

  append(conversation, part) {
    const seq = conversation.entries.length + 1;
    const entry = {
      seq,
      at: new Date(conversation.clock?.() ?? Date.now()).toISOString(),
      author: "agent",
      name: conversation.state.agent_name,
      text: null,
      event: null,
      attachments: [],
      ref: null,
      ...part,
    };
    if (entry.author !== "agent") entry.name = null;
    conversation.entries.push(entry);
    this.#tell(conversation, { type: "entry", entry });
    return seq;
  }

  event(conversation, code, params = {}) {
    this.append(conversation, { author: "system", event: { code, params } });
  }

  assign(conversation, name = "Anja de Wit") {
    this.change(conversation, { state: "active", place: null, estimate_seconds: null, agent_name: name });
    this.event(conversation, "assigned", { agent_name: name });
  }

  typing(conversation, typing) {
    this.#tell(conversation, { type: "typing", typing });
  }

  read(conversation) {
    conversation.state.read_by_agent = conversation.entries.length;
    this.#tell(conversation, { type: "read", seq: conversation.entries.length });
  }

  stillThere(conversation, seconds) {
    const until = new Date(Date.now() + seconds * 1000).toISOString();
    this.change(conversation, { still_there_until: until });
    this.#tell(conversation, { type: "still_there", until, seconds });
  }

  end(conversation, by = "agent", code = "ended") {
    this.event(conversation, code);
    this.change(conversation, { state: "ended", ended_by: by, place: null });
  }

  #tell(conversation, frame) {
    for (const line of this.#sockets)
      if (line.conversation === conversation) line.web.send(JSON.stringify(frame));
  }

  #view({ state, entries, readByCustomer }) {
    return { ...state, last_seq: entries.length, read_by_customer: readByCustomer };
  }

  #live(web) {
    const line = { web, conversation: null };
    this.#sockets.add(line);
    web.on("close", () => this.#sockets.delete(line));
    web.on("message", (data) => this.#frame(line, JSON.parse(String(data))));
  }

  #frame(line, frame) {
    const send = (answer) => line.web.send(JSON.stringify(answer));
    const conversation = frame.type === "hello" ? this.conversations.get(frame.token) : line.conversation;
    if (!conversation) return send({ type: "refused", ref: null, code: "not_found", detail: "" });
    if (frame.type === "hello") {
      line.conversation = conversation;
      send({ type: "welcome", conversation: this.#view(conversation) });
      for (const entry of conversation.entries.slice(frame.after)) send({ type: "entry", entry });
    }
    if (frame.type === "say") this.#say(conversation, frame, send);
    if (frame.type === "read") conversation.readByCustomer = Math.max(conversation.readByCustomer, frame.seq);
    if (frame.type === "here") {
      conversation.here = true;
      this.change(conversation, { still_there_until: null });
    }
    if (frame.type === "end") this.end(conversation, "customer");
    if (frame.type === "ping") send({ type: "pong", last_seq: conversation.entries.length });
  }

  #say(conversation, { ref, text, attachments }, send) {
    const known = conversation.entries.find((entry) => entry.ref === ref);
    if (known) return send({ type: "ack", ref, seq: known.seq });
    const code = conversation.state.state === "ended" ? "conflict" : this.refuseNext.shift();
    if (code) return send({ type: "refused", ref, code, detail: "" });
    const files = attachments.map((id) => conversation.files.get(id)).map(({ bytes, ...rest }) => rest);
    const seq = this.append(conversation, { author: "you", text: text || null, attachments: files, ref });
    send({ type: "ack", ref, seq });
    conversation.onSay?.(text);
  }

  async #answer(request, response) {
    const path = new URL(request.url, "http://x").pathname;
    this.requests.push(`${request.method} ${request.url}`);
    if (this.down) return request.socket.destroy();
    const problem = (status, code) => this.#json(response, status, { code, detail: code });
    if (path === "/widget.js") return this.#file(response, "widget.js", {});
    if (path.startsWith("/widget/assets/")) return this.#file(response, path.slice("/widget/".length), {});
    if (/^\/widget\/[\w-]+\/$/.test(path) && this.switchedOff) return problem(404, "not_found");
    if (/^\/widget\/[\w-]+\/$/.test(path))
      return this.#file(response, "index.html", { "Content-Security-Policy": PAGE_CSP + this.hostOrigin });
    if (path.endsWith("/config")) {
      if (!path.includes("/wgt_demo/")) return problem(404, "not_found");
      const language = new URL(request.url, "http://x").searchParams.get("language");
      return this.#json(response, 200, this.config[language] ?? this.config.nl);
    }
    const body = await readBody(request);
    if (path.endsWith("/wgt_demo/conversations"))
      return this.#begin(response, JSON.parse(body.toString()), problem);
    const conversation = this.conversations.get((request.headers.authorization ?? "").replace("Bearer ", ""));
    if (!conversation) return problem(404, "not_found");
    return this.#private(response, path, body, conversation, problem);
  }

  #begin(response, body, problem) {
    const code = this.refuseNext.shift();
    if (code) return problem(409, code);
    for (const [token, { begun }] of this.conversations)
      if (begun === body.client_ref)
        return this.#json(response, 201, { token, conversation_id: "cnv_1", contact_id: "cnt_1" });
    const token = randomBytes(16).toString("hex");
    const topic = this.config.nl.topics.find(({ id }) => id === body.topic_id)?.name ?? "";
    const conversation = {
      begun: body.client_ref,
      entries: [],
      files: new Map(),
      readByCustomer: 0,
      here: false,
      state: {
        id: "cnv_1",
        contact_id: "cnt_1",
        state: "waiting",
        place: 3,
        estimate_seconds: 170,
        agent_name: null,
        ended_by: null,
        read_by_agent: 0,
        topic: this.config[body.language]?.topics.find(({ id }) => id === body.topic_id)?.name ?? topic,
        language: body.language,
      },
    };
    this.conversations.set(token, conversation);
    this.append(conversation, { author: "you", text: body.text, ref: digest(body.client_ref) });
    this.event(conversation, "queued");
    this.onConversation(conversation);
    this.#json(response, 201, { token, conversation_id: "cnv_1", contact_id: "cnt_1" });
  }

  async #private(response, path, body, conversation, problem) {
    if (path === "/api/v1/chat/attachments") {
      await new Promise((resolve) => setTimeout(resolve, this.uploadDelay));
      const code = this.refuseUploads.shift();
      if (code) return problem(422, code);
      const file = { id: `att_${conversation.files.size + 1}`, ...parseForm(body) };
      conversation.files.set(file.id, file);
      const { bytes, ...rest } = file;
      return this.#json(response, 201, { ...rest, size: bytes.length, scanned: true });
    }
    if (path.startsWith("/api/v1/chat/attachments/")) {
      const file = conversation.files.get(path.split("/").at(-1));
      if (!file) return problem(404, "not_found");
      response.writeHead(200, { "Content-Type": file.media_type });
      return response.end(file.bytes);
    }
    if (path === "/api/v1/chat/transcript") {
      response.writeHead(200, { "Content-Type": "text/plain; charset=utf-8" });
      return response.end(conversation.entries.map(({ author, text }) => `${author}: ${text}`).join("\n"));
    }
    if (path === "/api/v1/chat/transcript/mail") {
      conversation.mailed = JSON.parse(body.toString()).email;
      return this.#json(response, 202, {});
    }
    if (path === "/api/v1/chat/conversations/again") {
      const { text, client_ref: secret } = JSON.parse(body.toString());
      const ref = digest(secret);
      if (!conversation.entries.some((entry) => entry.ref === ref)) {
        this.append(conversation, { author: "you", text, ref });
        this.event(conversation, "queued");
        this.change(conversation, {
          state: "waiting",
          place: 1,
          estimate_seconds: 40,
          agent_name: null,
          ended_by: null,
        });
      }
      return this.#json(response, 201, { contact_id: "cnt_2" });
    }
    return problem(404, "not_found");
  }

  #json(response, status, value) {
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(JSON.stringify(value));
  }

  async #file(response, name, headers) {
    try {
      const bytes = await readFile(new URL(name, DIST));
      response.writeHead(200, {
        "Content-Type": TYPES[extname(name)] ?? "application/octet-stream",
        "Access-Control-Allow-Origin": "*",
        ...headers,
      });
      response.end(bytes);
    } catch {
      this.#json(response, 404, { code: "not_found", detail: "Run npm run build first." });
    }
  }
}

/** What the server keeps of a reference with which something was begun. */
const digest = (reference) => createHash("sha256").update(reference).digest("hex");

async function readBody(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

/** The one file of a multipart form; enough for tests. */
function parseForm(body) {
  const head = body.indexOf("\r\n\r\n");
  const header = body.subarray(0, head).toString();
  const boundary = header.split("\r\n")[0];
  const bytes = body.subarray(head + 4, body.lastIndexOf(`\r\n${boundary}`));
  return {
    name: /filename="([^"]*)"/.exec(header)?.[1] ?? "bestand",
    media_type: /Content-Type: (.+)/.exec(header)?.[1] ?? "application/octet-stream",
    size: bytes.length,
    bytes,
  };
}
