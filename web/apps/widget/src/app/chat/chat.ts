// One conversation as the visitor has it: what was said, what still has to be sent, who is typing, how long to wait. It
// keeps the promise that each message arrives exactly once: a message stays in the outbox, and is sent again after every
// loss, until the server acknowledges its reference. It draws nothing.

import type { Again, Attachment, Conversation, ServerFrame, VisitorEntry } from "../contract";
import { codeOf, FINAL, PASSING } from "../refused";
import { digest } from "./digest";
import { GapWatch } from "./gaps";
import { Link, type LinkState } from "./link";
import { Outbox, type Outgoing } from "./outbox";
import { Silence } from "./silence";
import type { Store } from "./store";
import { Thread } from "./thread";
import { AgentTyping, OwnTyping } from "./typing";
import type { World } from "./world";

export type View = {
  link: LinkState;
  conversation: Conversation | null;
  entries: readonly VisitorEntry[];
  /** Sent by the visitor, not yet acknowledged. */
  outgoing: readonly Outgoing[];
  typing: boolean;
  /** When the visitor has to have answered "are you still there?", by this device's clock. */
  stillThereUntil: number | null;
  /** A refusal that passes by itself. */
  notice: string | null;
  /** Why this conversation cannot be shown any more. */
  gone: string | null;
  ending: boolean;
  unread: number;
};

type Options = {
  world: World;
  store: Store;
  /** Where the outbox stands in the store. */
  outbox: string;
  token: string;
  again(body: Again): Promise<void>;
};

const ANSWER_WITHIN = 10_000;
const TAKE_OVER_AFTER = 15_000;

export class Chat {
  readonly #world: World;
  readonly #options: Options;
  readonly #outbox: Outbox;
  readonly #link: Link;
  readonly #thread = new Thread();
  readonly #gaps: GapWatch;
  readonly #own: OwnTyping;
  readonly #agent: AgentTyping;
  readonly #silence: Silence;
  readonly #listeners = new Set<() => void>();
  readonly #handedOver = new Set<string>();
  readonly #unwatch: () => void;
  #conversation: Conversation | null = null;
  #notice: string | null = null;
  #gone: string | null = null;
  #ending = false;
  #seen = 0;
  #told = 0;
  #order = 0;
  #refusals = 0;
  #underway: { ref: string; cancel: () => void } | null = null;
  #held: (() => void) | null = null;
  #view: View | null = null;

  constructor(options: Options) {
    this.#world = options.world;
    this.#options = options;
    this.#outbox = new Outbox(options.store, options.outbox);
    this.#gaps = new GapWatch(this.#world, this.#thread, () => this.#link.resume());
    this.#own = new OwnTyping(this.#world, (typing) => this.#link.send({ type: "typing", typing }));
    this.#silence = new Silence(this.#world);
    this.#agent = new AgentTyping(this.#world, () => this.#changed());
    this.#link = new Link(this.#world, {
      hello: () => ({ type: "hello", token: options.token, after: this.#thread.complete }),
      frame: (frame) => this.#take(frame),
      changed: (state) => this.#linkChanged(state),
    });
    this.#unwatch = options.store.watch((name) => this.#otherTab(name));
  }

  start(): void {
    this.#link.start();
  }

  stop(): void {
    this.#link.stop();
    this.#unwatch();
    this.#gaps.stop();
    this.#own.stop();
    this.#agent.stop();
    this.#release();
    this.#held?.();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get view(): View {
    this.#view ??= this.#look();
    return this.#view;
  }

  say(text: string, attachments: Attachment[]): void {
    this.#post({ text, attachments, ...this.#named(false) });
    this.#own.stop();
  }

  /** A question after the end: the same conversation goes on. */
  again(text: string): void {
    this.#post({ text, attachments: [], ...this.#named(true) });
  }

  /** Sends a refused message once more. After the end its words go as a new question, without its files: those belong
   * to the contact that ended. */
  retry(ref: string): void {
    const message = this.#outbox.get(ref);
    if (!message) return;
    const again = this.#conversation?.state === "ended";
    if (again && !message.text) return;
    this.#outbox.remove(ref);
    const renamed = again ? { attachments: [], ...this.#named(true) } : { secret: null };
    this.#outbox.put({ ...message, refused: null, ...renamed });
    this.#flush();
    this.#changed();
  }

  discard(ref: string): void {
    this.#outbox.remove(ref);
    this.#changed();
  }

  typing(text: string): void {
    if (this.#silence.until !== null) this.here();
    if (this.#conversation?.state === "active") this.#own.typed(text);
  }

  /** The visitor has the latest entry in sight. */
  seen(): void {
    if (this.#thread.last <= this.#seen) return;
    this.#seen = this.#thread.last;
    this.#tellSeen();
    this.#changed();
  }

  here(): void {
    this.#silence.answer();
    this.#link.send({ type: "here" });
    this.#changed();
  }

  end(): void {
    this.#ending = true;
    this.#flush();
    this.#changed();
  }

  /** The network or the screen came back. */
  wake(): void {
    this.#link.wake();
  }

  /** Wipes what this device kept of unsent messages. */
  forget(): void {
    this.stop();
    this.#outbox.clear();
  }

  /** A fresh name. A question that begins a contact has it as the digest of something that only the server hears. */
  #named(again: boolean): Pick<Outgoing, "ref" | "secret"> {
    const fresh = this.#world.newRef();
    return again ? { ref: digest(fresh), secret: fresh } : { ref: fresh, secret: null };
  }

  #post(message: Pick<Outgoing, "ref" | "secret" | "text" | "attachments">): void {
    this.#order += 1;
    this.#outbox.put({ ...message, at: this.#world.now(), order: this.#order, refused: null });
    if (this.#silence.until !== null) this.here();
    this.#flush();
    this.#changed();
  }

  #take(frame: ServerFrame): void {
    switch (frame.type) {
      case "welcome":
        for (const ref of this.#handedOver) this.#outbox.remove(ref);
        this.#handedOver.clear();
        this.#know(frame.conversation);
        this.#told = frame.conversation.read_by_customer;
        if (this.#silence.answered(frame.conversation.still_there_until)) this.#link.send({ type: "here" });
        this.#tellSeen();
        this.#flush();
        break;
      case "state":
        this.#know(frame.conversation);
        this.#flush();
        break;
      case "entry":
        this.#add(frame.entry);
        break;
      case "ack":
        this.#acknowledged(frame.ref, frame.seq);
        break;
      case "refused":
        this.#refused(frame.ref, frame.code);
        break;
      case "typing":
        this.#agent.heard(frame.typing);
        break;
      case "read":
        if (this.#conversation && frame.seq > this.#conversation.read_by_agent)
          this.#conversation = { ...this.#conversation, read_by_agent: frame.seq };
        break;
      case "still_there":
        this.#silence.asked(frame.until, frame.seconds);
        break;
      case "pong":
        this.#gaps.expect(frame.last_seq ?? 0);
        break;
    }
    this.#changed();
  }

  #know(conversation: Conversation): void {
    const readByAgent = Math.max(conversation.read_by_agent, this.#conversation?.read_by_agent ?? 0);
    this.#conversation = { ...conversation, read_by_agent: readByAgent };
    if (conversation.state === "ended") {
      if (this.#ending) this.#release();
      this.#ending = false;
      this.#silence.over();
      this.#agent.heard(false);
    } else if (conversation.still_there_until) {
      this.#silence.asked(conversation.still_there_until);
    } else if (conversation.still_there_until === null) {
      this.#silence.over();
    }
    this.#gaps.expect(conversation.last_seq);
  }

  #add(entry: VisitorEntry): void {
    this.#thread.add(entry);
    this.#gaps.expect(entry.seq);
    if (entry.author === "agent") this.#agent.heard(false);
    if (entry.ref) this.#arrived(entry.ref);
  }

  /** The server keeps it. Shown at its place at once; the server's own entry replaces it when it comes. */
  #acknowledged(ref: string, seq: number): void {
    const message = this.#outbox.get(ref);
    if (message && !this.#thread.has(seq)) {
      const { text, attachments } = message;
      const at = new Date(this.#world.now()).toISOString();
      this.#thread.add({ seq, at, author: "you", name: null, text, event: null, attachments, ref });
      this.#gaps.expect(seq);
    }
    this.#arrived(ref);
  }

  #arrived(ref: string): void {
    this.#outbox.remove(ref);
    this.#handedOver.delete(ref);
    this.#notice = null;
    this.#refusals = 0;
    if (this.#underway?.ref === ref) this.#release();
    this.#flush();
  }

  #refused(ref: string | null, code: string): void {
    if (ref === null) {
      if (PASSING.has(code)) this.#notice = code;
      else if (FINAL.has(code)) this.#giveUp(code);
      return;
    }
    if (this.#underway?.ref === ref) this.#release();
    const message = this.#outbox.get(ref);
    if (!message) return;
    if (PASSING.has(code)) {
      this.#notice = code;
      this.#holdBack();
    } else if (code === "conflict" && message.secret && this.#conversation?.state !== "ended") {
      this.#outbox.put({ ...message, secret: null });
      this.#flush();
    } else {
      this.#outbox.put({ ...message, refused: code });
      this.#flush();
    }
  }

  #giveUp(code: string): void {
    this.#gone = code;
    this.#link.stop();
  }

  /** Sends what waits, one at a time and in order, so that a refusal can never put the second before the first. */
  #flush(): void {
    if (this.#underway || this.#held || this.#link.state !== "open") return;
    const next = this.#outbox.all().find(({ ref, refused }) => !refused && !this.#handedOver.has(ref));
    if (!next) this.#sendEnd();
    else if (this.#thread.hasRef(next.ref)) this.#arrived(next.ref);
    else this.#send(next);
  }

  #send({ ref, secret, text, attachments }: Outgoing): void {
    const cancel = this.#world.after(ANSWER_WITHIN, () => this.#link.resume());
    this.#underway = { ref, cancel };
    if (secret) void this.#sendAgain(ref, secret, text);
    else this.#link.send({ type: "say", ref, text, attachments: attachments.map(({ id }) => id) });
  }

  async #sendAgain(ref: string, secret: string, text: string): Promise<void> {
    try {
      await this.#options.again({ text, client_ref: secret });
    } catch (error) {
      this.#refused(ref, codeOf(error));
      return this.#changed();
    }
    this.#handedOver.add(ref);
    if (this.#underway?.ref === ref) this.#release();
    this.#link.resume();
  }

  #sendEnd(): void {
    if (!this.#ending || this.#conversation?.state === "ended") return;
    this.#link.send({ type: "end" });
    const cancel = this.#world.after(ANSWER_WITHIN, () => this.#ending && this.#link.resume());
    this.#underway = { ref: "", cancel };
  }

  #holdBack(): void {
    this.#refusals += 1;
    const wait = Math.min(30_000, 1_500 * 2 ** this.#refusals);
    this.#held ??= this.#world.after(wait, () => {
      this.#held = null;
      this.#flush();
    });
  }

  #release(): void {
    this.#underway?.cancel();
    this.#underway = null;
  }

  #tellSeen(): void {
    if (this.#seen > this.#told && this.#link.send({ type: "read", seq: this.#seen }))
      this.#told = this.#seen;
  }

  #linkChanged(state: LinkState): void {
    if (state !== "open") {
      this.#release();
      this.#agent.heard(false);
    }
    this.#changed();
  }

  /** Another tab put something in the outbox or took it out. Should that tab die, this one sends it. */
  #otherTab(name: string | null): void {
    if (name !== null && !name.startsWith(this.#options.outbox)) return;
    this.#world.after(TAKE_OVER_AFTER, () => this.#flush());
    this.#changed();
  }

  #changed(): void {
    this.#view = null;
    for (const listener of this.#listeners) listener();
  }

  #look(): View {
    const conversation = this.#conversation;
    const read = Math.max(this.#seen, conversation?.read_by_customer ?? 0);
    const entries = this.#thread.list;
    const asked = this.#silence.until === null ? 0 : 1;
    return {
      link: this.#link.state,
      conversation,
      entries,
      outgoing: this.#outbox.all().filter(({ ref }) => !this.#thread.hasRef(ref)),
      typing: this.#agent.now,
      stillThereUntil: this.#silence.until,
      notice: this.#notice,
      gone: this.#gone,
      ending: this.#ending,
      unread: entries.filter(({ author, seq }) => author === "agent" && seq > read).length + asked,
    };
  }
}
