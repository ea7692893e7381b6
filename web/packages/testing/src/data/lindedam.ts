/** The fictional municipality as its desk sees it: people, queues, reasons. All names and numbers are made up. */
import type { Case, Colleague, Customer, Queue, Reason, Session } from "@balie/api";

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A moment so many milliseconds before `now`, as the server writes it. */
export function ago(now: number, ms: number): string {
  return new Date(now - ms).toISOString();
}

export const me = { id: "mem_sanne", name: "Sanne de Wit" };

export function session(now: number): Session {
  return {
    person: { id: "per_sanne", name: me.name, email: "sanne@lindedam.example", language: "nl" },
    organisation: { id: "org_lindedam", name: "Gemeente Lindedam", slug: "lindedam" },
    membership: {
      id: me.id,
      roles: ["agent"],
      permissions: [
        "read_contacts",
        "answer_contacts",
        "transfer_contacts",
        "read_decisions",
        "read_customers",
        "write_customers",
      ],
      site: { id: "sit_stadhuis", name: "Stadhuis" },
      teams: [{ id: "tea_burger", name: "Burgerzaken" }],
    },
    organisations: [
      { id: "org_lindedam", name: "Gemeente Lindedam" },
      { id: "org_water", name: "Waterbedrijf De Linge" },
      { id: "org_kade", name: "Webwinkel Kade 12" },
    ],
    expires_at: new Date(now + 8 * hour).toISOString(),
  };
}

const queueRows: [string, number, number, number][] = [
  ["Paspoort en identiteitskaart", 7, 11, 4],
  ["Rijbewijs", 3, 5, 3],
  ["Verhuizen en adres", 4, 8, 5],
  ["Afval en milieu", 9, 16, 2],
  ["Parkeren", 2, 3, 3],
  ["Belastingen en WOZ", 12, 24, 2],
  ["Werk en uitkering", 1, 2, 4],
  ["Zorg en ondersteuning", 0, 0, 2],
  ["Geboorte, huwelijk, overlijden", 2, 6, 2],
  ["Bouwen en verbouwen", 1, 9, 1],
  ["Meldingen openbare ruimte", 5, 7, 3],
  ["Evenementen", 0, 0, 1],
  ["Ondernemersloket", 3, 13, 1],
  ["Bijstand jongeren", 0, 0, 1],
  ["Leerlingenvervoer", 0, 0, 1],
  ["Schuldhulp", 1, 4, 2],
  ["Subsidies", 0, 0, 1],
  ["Begraafplaatsen", 0, 0, 1],
  ["Engels en nieuwkomers", 2, 10, 1],
  ["Klachten", 1, 19, 1],
  ["Verkiezingen", 0, 0, 2],
  ["Algemene vragen", 6, 4, 6],
];

export function queues(now: number): Queue[] {
  return queueRows.map(([name, waiting, minutes, ready], place) => ({
    id: `que_${place + 1}`,
    name,
    waiting,
    longest_waiting_since: waiting ? ago(now, minutes * minute) : null,
    estimate_seconds: waiting ? Math.round((minutes * 60) / 1.6) : 0,
    agents_ready: ready,
  }));
}

const colleagueRows: [string, string, Colleague["state"], number][] = [
  ["Ahmed Yıldız", "Burgerzaken", "ready", 2],
  ["Marieke van den Berg", "Burgerzaken", "ready", 4],
  ["Kees Hoekstra", "Belastingen", "ready", 1],
  ["Priya Ramdin", "Burgerzaken", "not_ready", 0],
  ["Tom Verhoeven", "Openbare ruimte", "ready", 3],
  ["Anouk de Graaf", "Sociaal domein", "ready", 0],
  ["Bram Willemsen", "Openbare ruimte", "not_ready", 1],
  ["Yara Haddad", "Sociaal domein", "offline", 0],
  ["Lotte Meijer", "Ondernemers", "ready", 2],
  ["Ruben Kuipers", "Belastingen", "not_ready", 0],
];

export const colleagues: Colleague[] = colleagueRows.map(([name, team, state, used], place) => ({
  membership_id: `mem_${place + 1}`,
  name,
  team,
  state,
  chat: { used, total: 4 },
}));

export const reasons: Reason[] = [
  "Vraag beantwoord",
  "Afspraak gemaakt",
  "Melding doorgezet",
  "Doorverwezen",
  "Teruggebeld",
  "Formulier gestuurd",
  "Klacht",
  "Geen reactie van klant",
  "Verkeerde gemeente",
].map((label, place) => ({ id: `rea_${place + 1}`, code: `reason_${place + 1}`, label }));

export function customers(now: number): Customer[] {
  return [
    person("cus_fatima", "Fatima El Idrissi", now - 900 * day, [
      ["email", "f.elidrissi@voorbeeld.nl"],
      ["phone", "06 12 34 56 78"],
      ["customer_number", "LD-20418"],
    ]),
    person("cus_jeroen", "Jeroen Bakker", now - 30 * day, [["email", "jeroen.bakker@voorbeeld.nl"]]),
    {
      ...person("cus_bakkerij", "Bakkerij Van Houten", now - 1500 * day, [
        ["email", "info@bakkerijvanhouten.example"],
        ["customer_number", "KVK 01234567"],
      ]),
      kind: "organisation",
    },
    person("cus_tran", "Linh Tran", now - 3 * day, [["email", "linh.tran@voorbeeld.nl"]]),
    person("cus_wim", "Wim Fokkema", now - 400 * day, [
      ["phone", "0512 34 56 78"],
      ["email", "w.fokkema@voorbeeld.nl"],
    ]),
    {
      ...person("cus_els", "Els Postma-Dijkstra", now - 700 * day, [["phone", "0512 98 76 54"]]),
      restricted: true,
    },
  ];
}

export function cases(now: number): Case[] {
  return [
    aCase("cas_1", "2026-004182", "Paspoort met spoed voor reis", "cus_fatima", ago(now, 2 * day), 2),
    aCase("cas_2", "2026-003977", "Grofvuil niet opgehaald", "cus_fatima", ago(now, 40 * day), 3),
    aCase("cas_3", "2026-004190", "Parkeervergunning tweede bestelbus", "cus_bakkerij", ago(now, 5 * day), 1),
  ];
}

function person(
  id: string,
  name: string,
  created: number,
  handles: [Customer["handles"][number]["kind"], string][],
): Customer {
  return {
    id,
    kind: "person",
    name,
    language: "nl",
    handles: handles.map(([kind, value], place) => ({ id: `${id}_h${place}`, kind, value })),
    restricted: false,
    erased: false,
    created_at: new Date(created).toISOString(),
    version: 1,
  };
}

function aCase(
  id: string,
  number: string,
  subject: string,
  customer: string,
  opened: string,
  contacts: number,
): Case {
  const state = id === "cas_2" ? "closed" : "open";
  return {
    id,
    number,
    subject,
    state,
    customer_id: customer,
    opened_at: opened,
    closed_at: null,
    contacts,
    version: 1,
  };
}
