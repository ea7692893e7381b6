// The attachments of a message: pictures small, everything else as a button that downloads.

import { useState } from "preact/hooks";
import type { Attachment } from "../contract";
import { useShared } from "../shared";
import { size } from "../words/words";
import { Icon } from "./Icon";
import { saveAs, usePicture } from "./useFile";

type Props = { token: string; attachments: Attachment[] };

export function Files({ token, attachments }: Props) {
  if (attachments.length === 0) return null;
  return (
    <ul class="files">
      {attachments.map((attachment) => (
        <li key={attachment.id}>
          <FileView token={token} attachment={attachment} />
        </li>
      ))}
    </ul>
  );
}

function FileView({ token, attachment }: { token: string; attachment: Attachment }) {
  const { api, language, words } = useShared();
  const picture = usePicture(token, attachment);
  const [failed, setFailed] = useState(false);
  const { id, name } = attachment;

  async function download() {
    try {
      saveAs(await api.file(token, id), name);
      setFailed(false);
    } catch {
      setFailed(true);
    }
  }

  if (picture)
    return (
      <a class="picture" href={picture} target="_blank" rel="noopener" aria-label={words.files.open(name)}>
        <img src={picture} alt={name} />
      </a>
    );
  return (
    <>
      <button
        type="button"
        class="file"
        aria-label={words.files.download(name)}
        onClick={() => void download()}
      >
        <Icon name="file" />
        <span class="file-name">{name}</span>
        <span class="file-size">{size(language, attachment.size)}</span>
      </button>
      {failed && (
        <span class="wrong" role="alert">
          {words.files.failed}
        </span>
      )}
    </>
  );
}
