/** The server as the screens see it: types, one client, one error. */
export { type Api, type ApiOptions, attachmentAddress, createApi } from "./client";
export { Refusal } from "./refusal";
export type * from "./types";
