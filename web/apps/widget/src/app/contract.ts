// What the server and the visitor's page say to each other: the shapes of requests, answers and frames. No behaviour.

export type Timestamp = string;

export type Topic = {
  id: string;
  name: string;
  description: string | null;
  estimate_seconds: number | null;
  open: boolean;
};

export type Config = {
  organisation: string;
  title: string;
  languages: string[];
  topics: Topic[];
  theme: Record<string, string>;
  limits: { text: number; file_bytes: number; file_types: string[] };
  privacy_url: string | null;
};

/** Whoever has the `client_ref` of a beginning gets its token. Its entry carries the digest. */
export type Begin = { topic_id: string; language: string; name?: string; text: string; client_ref: string };
export type Begun = { token: string; conversation_id: string; contact_id: string };
export type Again = { text: string; topic_id?: string; client_ref: string };

export type Attachment = { id: string; name: string; media_type: string; size: number };

export type EndedBy = "customer" | "agent" | "system";

export type Conversation = {
  id: string;
  contact_id: string;
  state: "waiting" | "active" | "ended";
  place: number | null;
  estimate_seconds: number | null;
  agent_name: string | null;
  ended_by: EndedBy | null;
  last_seq: number;
  read_by_agent: number;
  read_by_customer: number;
  topic: string;
  language: string;
  /** Until when the visitor may answer "are you still there?", when that was asked and not yet answered. */
  still_there_until?: Timestamp | null;
};

export type VisitorEntry = {
  seq: number;
  at: Timestamp;
  author: "you" | "agent" | "system";
  name: string | null;
  text: string | null;
  event: { code: string; params: Record<string, string> } | null;
  attachments: Attachment[];
  ref: string | null;
};

export type ClientFrame =
  | { type: "hello"; token: string; after: number }
  | { type: "say"; ref: string; text: string; attachments: string[] }
  | { type: "typing"; typing: boolean }
  | { type: "read"; seq: number }
  | { type: "here" }
  | { type: "end" }
  | { type: "ping" };

export type ServerFrame =
  | { type: "welcome"; conversation: Conversation }
  | { type: "state"; conversation: Conversation }
  | { type: "entry"; entry: VisitorEntry }
  | { type: "ack"; ref: string; seq: number }
  | { type: "refused"; ref: string | null; code: string; detail: string }
  | { type: "typing"; typing: boolean }
  | { type: "read"; seq: number }
  | { type: "still_there"; until: Timestamp; seconds?: number }
  | { type: "pong"; last_seq?: number };
