/** From the composer into the outbox. What the outbox does not have yet is never taken out of the composer. */
import type { Drafts, Mode } from "./drafts";
import type { Outbox } from "./outbox";

export function sendDraft(
  { drafts, outbox }: { drafts: Drafts; outbox: Outbox },
  contact: string,
  mode: Mode,
  at: string,
): void {
  const { text, files } = drafts.of(contact, mode);
  const attachments = files.flatMap((file) => (file.attachment ? [file.attachment] : []));
  outbox.send(contact, mode, text.trim(), attachments, at);
  drafts.clear(contact, mode);
}
