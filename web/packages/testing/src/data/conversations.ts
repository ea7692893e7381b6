/** Conversations of the fictional municipality: long, short, waiting, with notes, files and script in the text. */
import type { Attachment, Contact, Entry } from "@balie/api";
import { ago, day, hour, me, minute } from "./lindedam";

type EventCode = NonNullable<Entry["event"]>["code"];

/** One line of a conversation: who, how many minutes ago, what. */
type Line = [
  who: "c" | "a" | "n" | "e" | "s",
  minutes: number,
  text: string,
  more?: Attachment[] | Record<string, string>,
];

export interface Conversation {
  contact: Contact;
  entries: Entry[];
}

const photo: Attachment = {
  id: "att_photo",
  name: "foto-container.png",
  media_type: "image/png",
  size: 184_320,
  scanned: true,
};
const form: Attachment = {
  id: "att_form",
  name: "Verklaring vermissing paspoort.pdf",
  media_type: "application/pdf",
  size: 96_211,
  scanned: true,
};

export function conversations(now: number): Conversation[] {
  return [
    conversation(now, "cnt_fatima", "Paspoort verlengen", "que_1", "Paspoort en identiteitskaart", passport, {
      customer: {
        id: "cus_fatima",
        kind: "person",
        name: "Fatima El Idrissi",
        anonymous: false,
        restricted: false,
      },
      case: { id: "cas_1", number: "2026-004182", subject: "Paspoort met spoed voor reis" },
      unread: 2,
    }),
    conversation(now, "cnt_container", "Container kapot", "que_4", "Afval en milieu", container, {
      unread: 1,
    }),
    conversation(now, "cnt_jeroen", "Verhuizing doorgeven", "que_3", "Verhuizen en adres", moving, {
      customer: {
        id: "cus_jeroen",
        kind: "person",
        name: "Jeroen Bakker",
        anonymous: false,
        restricted: false,
      },
    }),
    conversation(now, "cnt_bakkerij", "Parkeervergunning bedrijf", "que_5", "Parkeren", parking, {
      customer: {
        id: "cus_bakkerij",
        kind: "organisation",
        name: "Bakkerij Van Houten",
        anonymous: false,
        restricted: false,
      },
      case: { id: "cas_3", number: "2026-004190", subject: "Parkeervergunning tweede bestelbus" },
      state: "wrapping_up",
      ended_by: "customer",
    }),
    conversation(now, "cnt_old1", "Grofvuil", "que_4", "Afval en milieu", bulky, {
      customer: {
        id: "cus_fatima",
        kind: "person",
        name: "Fatima El Idrissi",
        anonymous: false,
        restricted: false,
      },
      case: { id: "cas_2", number: "2026-003977", subject: "Grofvuil niet opgehaald" },
      state: "closed",
      agent: { id: "mem_5", name: "Tom Verhoeven" },
      before: 40 * day,
    }),
    conversation(now, "cnt_old2", "Afspraak paspoort", "que_1", "Paspoort en identiteitskaart", appointment, {
      customer: {
        id: "cus_fatima",
        kind: "person",
        name: "Fatima El Idrissi",
        anonymous: false,
        restricted: false,
      },
      case: { id: "cas_1", number: "2026-004182", subject: "Paspoort met spoed voor reis" },
      state: "closed",
      before: 2 * day,
    }),
  ];
}

/** The contact that is offered; it becomes a conversation when it is accepted. */
export function offered(now: number): Conversation {
  const lines: Line[] = [
    ["e", 4, "queued"],
    [
      "c",
      4,
      "Hallo, ik ben mijn rijbewijs kwijt. Moet ik eerst naar de politie of kan ik meteen een nieuwe aanvragen?",
    ],
  ];
  return conversation(now, "cnt_tran", "Rijbewijs kwijt", "que_2", "Rijbewijs", lines, {
    customer: { id: "cus_tran", kind: "person", name: "Linh Tran", anonymous: false, restricted: false },
    state: "waiting",
    unread: 1,
  });
}

interface More {
  customer?: Contact["customer"];
  case?: Contact["case"];
  state?: Contact["state"];
  ended_by?: Contact["ended_by"];
  agent?: Contact["agent"];
  unread?: number;
  before?: number;
}

function conversation(
  now: number,
  id: string,
  subject: string,
  queue: string,
  queueName: string,
  lines: Line[],
  more: More,
): Conversation {
  const before = more.before ?? 0;
  const agent = more.agent ?? me;
  const customer = more.customer ?? null;
  const entries = lines.map((line, place) =>
    entry(now - before, id, place + 1, line, agent, customer?.name ?? null),
  );
  const last = entries.findLast((candidate) => candidate.kind === "message");
  const state = more.state ?? "assigned";
  const started = entries[0]?.at ?? ago(now, hour);
  return {
    entries,
    contact: {
      id,
      channel: "chat",
      state,
      closing: state === "closed" ? "handled" : null,
      subject,
      language: "nl",
      entry_point: { id: "ent_site", name: "Website" },
      queue: { id: queue, name: queueName },
      agent: state === "waiting" ? null : agent,
      customer,
      case: more.case ?? null,
      started_at: started,
      assigned_at: state === "waiting" ? null : started,
      ended_at: more.ended_by || state === "closed" ? (entries.at(-1)?.at ?? null) : null,
      closed_at: state === "closed" ? (entries.at(-1)?.at ?? null) : null,
      ended_by: more.ended_by ?? (state === "closed" ? "agent" : null),
      last_seq: entries.length,
      read_by_agent: entries.length - (more.unread ?? 0),
      read_by_customer: entries.findLast((e) => e.author.kind === "agent")?.seq ?? 0,
      last_entry: last
        ? { seq: last.seq, at: last.at, author: last.author, preview: last.text?.slice(0, 120) ?? null }
        : null,
    },
  };
}

function entry(
  now: number,
  contact: string,
  seq: number,
  [who, minutes, text, more]: Line,
  agent: { id: string; name: string },
  customer: string | null,
): Entry {
  const event = who === "e";
  const by = typeof more === "object" && !Array.isArray(more) && more.by && who !== "e" ? more.by : null;
  const author = who === "c" ? "customer" : who === "e" || who === "s" ? "system" : "agent";
  return {
    id: `${contact}_${seq}`,
    contact_id: contact,
    seq,
    at: ago(now, minutes * minute),
    kind: event ? "event" : who === "n" ? "note" : "message",
    author: {
      kind: author,
      id: author === "agent" ? (by ? "mem_1" : agent.id) : null,
      name: author === "agent" ? (by ?? agent.name) : author === "customer" ? customer : null,
    },
    visibility: who === "n" ? "internal" : "public",
    text: event ? null : text,
    event: event ? { code: text as EventCode, params: (more as Record<string, string>) ?? {} } : null,
    attachments: Array.isArray(more) ? more : [],
    client_ref: null,
    erased: false,
  };
}

const passport: Line[] = [
  ["e", 31, "queued", { queue_name: "Paspoort en identiteitskaart" }],
  ["c", 31, "Goedemorgen, ik wil mijn paspoort verlengen. Volgende week donderdag vlieg ik naar Casablanca."],
  ["c", 30, "En ik zie nu pas dat hij in oktober verlopen is 😬"],
  ["e", 28, "assigned", { agent_name: "Ahmed Yıldız" }],
  [
    "a",
    27,
    "Goedemorgen! Wat vervelend dat u dat nu pas ziet. Ik kijk graag met u mee. Mag ik uw geboortedatum weten?",
    { by: "Ahmed Yıldız" },
  ],
  ["c", 26, "Ja dat is 14 maart 1988"],
  [
    "n",
    25,
    "Gegevens gecontroleerd in de BRP, klopt. Mevrouw heeft ook een aanvraag lopen voor haar dochter (8), dus let op: twee reisdocumenten.",
    { by: "Ahmed Yıldız" },
  ],
  [
    "a",
    24,
    "Dank u wel, ik heb uw gegevens gevonden. Een gewone aanvraag duurt vijf werkdagen. Dat wordt krap voor donderdag.",
    { by: "Ahmed Yıldız" },
  ],
  [
    "a",
    24,
    "U kunt ook een spoedaanvraag doen. Dan ligt uw paspoort de volgende werkdag klaar, als u vóór 14.00 uur aanvraagt. Dat kost € 57,60 extra.",
    { by: "Ahmed Yıldız" },
  ],
  ["c", 22, "Oef, dat is wel veel geld. Is er geen andere manier?"],
  ["c", 22, "Mijn dochter moet ook mee, moet die dan ook spoed?"],
  ["e", 21, "transferred", { agent_name: "Sanne de Wit" }],
  [
    "n",
    21,
    "Mevrouw twijfelt over de kosten, dochter gaat mee. Past bij jou want jij doet ook jeugd. Succes!",
    { by: "Ahmed Yıldız" },
  ],
  [
    "a",
    19,
    "Hallo mevrouw El Idrissi, u spreekt met Sanne. Ik neem het over van mijn collega en heb het gesprek gelezen.",
  ],
  [
    "a",
    19,
    "Als u vandaag of morgen langskomt, is vijf werkdagen precies op tijd: dan kunt u beide paspoorten woensdag ophalen. Dan is spoed niet nodig.",
  ],
  ["c", 17, "O wat fijn!! Kan ik gewoon langskomen of moet dat op afspraak?"],
  [
    "a",
    16,
    "Dat gaat op afspraak. Er is morgen nog plek om 10.20 uur en om 15.40 uur op het stadhuis. Wat komt u beter uit?",
  ],
  ["c", 14, "15.40, dan is mijn dochter ook uit school"],
  [
    "a",
    12,
    "Ik heb het voor u vastgelegd: morgen 15.40 uur, balie 3. Neemt u mee:\n\n• uw oude paspoort en dat van uw dochter\n• van elk een pasfoto van nu\n• toestemming van de andere ouder\n\nHet formulier voor die toestemming staat op https://lindedam.example/toestemming-paspoort-kind",
  ],
  [
    "c",
    9,
    "Mijn oude paspoort van mijn dochter kan ik niet meer vinden. Is dit het goede formulier dan?",
    [form],
  ],
  [
    "a",
    7,
    "Ja, dat is precies het goede formulier. U hoeft het alleen nog te ondertekenen, dat kan morgen aan de balie.",
  ],
  ["c", 2, "Super. En kan ik ook met pin betalen?"],
  ["c", 1, "Mijn man vraagt nog of hij er zelf bij moet zijn of dat een handtekening genoeg is"],
];

const container: Line[] = [
  ["e", 9, "queued", { queue_name: "Afval en milieu" }],
  [
    "c",
    9,
    "De deksel van de container bij de Kerkstraat 14 is eraf gebroken en nu waait alles de straat over",
    [photo],
  ],
  ["e", 7, "assigned", { agent_name: "Sanne de Wit" }],
  [
    "a",
    7,
    "Dank u voor de foto. Ik maak meteen een melding. Is het een ondergrondse container of een rolcontainer?",
  ],
  ["c", 6, "Ondergronds, nummer staat erop geloof ik: LD-0417 <script>alert('x')</script>"],
];

const moving: Line[] = [
  ["e", 16, "queued", { queue_name: "Verhuizen en adres" }],
  ["c", 16, "Kan ik mijn verhuizing ook al een maand van tevoren doorgeven?"],
  ["e", 14, "assigned", { agent_name: "Sanne de Wit" }],
  [
    "a",
    13,
    "Ja, dat kan vanaf vier weken voor de dag dat u verhuist. Het kan online met DigiD: https://lindedam.example/verhuizen",
  ],
  ["c", 11, "Top, en mijn vriendin woont er al. Moet zij ook iets doen?"],
  [
    "a",
    10,
    "Nee, zij hoeft niets door te geven. Wel vragen we of zij het goed vindt dat u daar komt wonen. Dat kan zij ook online doen.",
  ],
];

const parking: Line[] = [
  ["e", 48, "queued", { queue_name: "Parkeren" }],
  ["c", 48, "Wij hebben een tweede bestelbus. Kunnen we daar ook een vergunning voor krijgen?"],
  ["e", 45, "assigned", { agent_name: "Sanne de Wit" }],
  ["a", 44, "Dat kan. Een bedrijf in zone B mag twee vergunningen hebben. De tweede kost € 214 per jaar."],
  ["c", 40, "Prima, dan vraag ik hem aan. Bedankt!"],
  ["e", 38, "ended", { by: "customer" }],
];

const bulky: Line[] = [
  ["e", 20, "queued", { queue_name: "Afval en milieu" }],
  ["c", 20, "Ons grofvuil staat er nog, terwijl het gisteren opgehaald zou worden."],
  ["a", 17, "Excuses voor het ongemak. De wagen had pech. Morgen voor 12.00 uur wordt het alsnog opgehaald."],
  ["c", 15, "Oké, bedankt."],
  ["e", 14, "ended", { by: "agent" }],
];

const appointment: Line[] = [
  ["e", 30, "queued", { queue_name: "Paspoort en identiteitskaart" }],
  ["c", 30, "Hoe lang van tevoren moet ik een afspraak maken voor een paspoort?"],
  ["a", 27, "Meestal is er binnen drie werkdagen plek. Wilt u dat ik iets voor u vastleg?"],
  ["c", 25, "Nee dank u, ik kijk eerst thuis even."],
  ["e", 24, "ended", { by: "customer" }],
];
