/** Files in a conversation: pictures in small, everything else by name. Opening one is the reader's own act. */
import { type Attachment, attachmentAddress } from "@balie/api";
import { useWords } from "@balie/i18n";
import { Icon } from "@balie/ui";

const pictures = /^image\/(png|jpeg|gif|webp|avif)$/;

export interface AttachmentsProps {
  attachments: readonly Attachment[];
  /** They come from outside: it is said when nobody looked for viruses. */
  foreign?: boolean;
}

export function Attachments({ attachments, foreign }: AttachmentsProps) {
  const { t, formats } = useWords();
  if (attachments.length === 0) return null;
  return (
    <ul className="files">
      {attachments.map((file) => (
        <li key={file.id}>
          {pictures.test(file.media_type) ? (
            <a
              className="file-picture"
              href={attachmentAddress(file.id)}
              target="_blank"
              rel="noopener noreferrer"
            >
              <img
                src={attachmentAddress(file.id)}
                alt={t("desk.picture", { name: file.name })}
                loading="lazy"
              />
            </a>
          ) : (
            <a
              className="file"
              href={attachmentAddress(file.id)}
              download={file.name}
              rel="noopener noreferrer"
            >
              <Icon name="file" />
              <span className="b-cut">{file.name}</span>
              <small className="b-faint">{formats.size(file.size)}</small>
              <Icon name="download" size={14} />
            </a>
          )}
          {foreign && !file.scanned && (
            <small className="file-unscanned">
              <Icon name="alert" size={12} /> {t("desk.unscanned")}
            </small>
          )}
        </li>
      ))}
    </ul>
  );
}
