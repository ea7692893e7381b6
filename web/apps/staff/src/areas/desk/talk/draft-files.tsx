/** The files of a draft: on their way, ready, or failed with the reason. */
import { useWords } from "@balie/i18n";
import { Button, Icon, IconButton } from "@balie/ui";
import { wordsFor } from "../../../server/words-for";
import type { DraftFile } from "../model/drafts";
import { dropFile, retryFile } from "../model/uploads";

export function DraftFiles({ contact, files }: { contact: string; files: readonly DraftFile[] }) {
  const { t, formats } = useWords();
  if (files.length === 0) return null;
  return (
    <ul className="draft-files">
      {files.map((file) => (
        <li key={file.key} data-state={file.state}>
          <Icon name={file.state === "failed" ? "alert" : "file"} size={14} />
          <span className="b-cut">{file.name}</span>
          <small>
            {file.state === "busy" && t("desk.composer.uploading")}
            {file.state === "kept" && formats.size(file.size)}
            {file.state === "failed" && wordsFor(file.error, t)}
          </small>
          {file.state === "failed" && (
            <Button small look="quiet" onPress={() => retryFile(contact, file)}>
              {t("common.again")}
            </Button>
          )}
          <IconButton
            icon="x"
            label={t("desk.composer.dropFile", { name: file.name })}
            onPress={() => dropFile(contact, file.key)}
            small
          />
        </li>
      ))}
    </ul>
  );
}
