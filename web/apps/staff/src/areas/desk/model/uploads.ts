/** Files on their way into a draft: sent to the server as soon as they are chosen, so that sending is quick. */
import { api } from "../../../server/api";
import { newRef } from "../../../server/new-ref";
import type { DraftFile } from "./drafts";
import { stores } from "./stores";

export function addFiles(contact: string, files: Iterable<File>): void {
  for (const file of files) {
    const key = newRef();
    change(contact, (all) => [
      ...all,
      {
        key,
        name: file.name || "image.png",
        size: file.size,
        state: "busy",
        attachment: null,
        file,
        error: null,
      },
    ]);
    upload(contact, key, file);
  }
}

export function retryFile(contact: string, { key, file }: DraftFile): void {
  if (!file) return;
  update(contact, key, { state: "busy", error: null });
  upload(contact, key, file);
}

export function dropFile(contact: string, key: string): void {
  change(contact, (files) => files.filter((file) => file.key !== key));
}

async function upload(contact: string, key: string, file: File): Promise<void> {
  try {
    const attachment = await api.upload(contact, file);
    update(contact, key, { state: "kept", attachment, file: null });
  } catch (error) {
    update(contact, key, { state: "failed", error });
  }
}

function update(contact: string, key: string, difference: Partial<DraftFile>): void {
  change(contact, (files) => files.map((file) => (file.key === key ? { ...file, ...difference } : file)));
}

function change(contact: string, next: (files: readonly DraftFile[]) => readonly DraftFile[]): void {
  stores().drafts.setFiles(contact, "message", next);
}
