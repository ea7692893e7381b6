/** The names by which screens know the things of the interface. Never defines a shape of its own. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Attachment = Schemas["Attachment"];
export type Candidate = Schemas["Candidate"];
export type Case = Schemas["Case"];
export type Colleague = Schemas["Colleague"];
export type Contact = Schemas["Contact"];
export type Customer = Schemas["Customer"];
export type Decision = Schemas["Decision"];
export type Entry = Schemas["Entry"];
export type Named = Schemas["Named"];
export type NewCustomer = Schemas["NewCustomer"];
export type Offer = Schemas["Offer"];
export type Presence = Schemas["Presence"];
export type Problem = Schemas["Problem"];
export type Queue = Schemas["QueueStanding"];
export type Reason = Schemas["Reason"];
export type Session = Schemas["Session"];
export type SetPresence = Schemas["SetPresence"];
export type TimelineEntry = Schemas["TimelineEntry"];
export type Work = Schemas["Work"];
