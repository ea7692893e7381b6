// The list of files above the field: how far each is, why one was refused, and a button to take it out.

import { useShared } from "../shared";
import { Icon } from "./Icon";
import type { Upload, useUploads } from "./uploads";

type Props = { files: ReturnType<typeof useUploads>; wait: boolean };

export function Uploading({ files, wait }: Props) {
  const { words } = useShared();
  return (
    <>
      {files.uploads.length > 0 && (
        <ul class="uploads" aria-label={words.files.list}>
          {files.uploads.map((upload) => (
            <li key={upload.id} class={upload.wrong ? "bad" : ""}>
              <Icon name="file" />
              <span class="upload-text">
                <span class="file-name">{upload.name}</span>
                <State upload={upload} />
              </span>
              {upload.wrong && upload.again && (
                <button
                  type="button"
                  class="small"
                  aria-label={words.files.again(upload.name)}
                  onClick={() => files.again(upload)}
                >
                  {words.tryAgain}
                </button>
              )}
              <button
                type="button"
                class="round"
                aria-label={words.files.remove(upload.name)}
                onClick={() => files.remove(upload)}
              >
                <Icon name="cross" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div role="status">
        {(files.note ?? (wait && words.files.wait)) && <p class="wrong">{files.note ?? words.files.wait}</p>}
      </div>
    </>
  );
}

function State({ upload }: { upload: Upload }) {
  const { words } = useShared();
  if (upload.wrong)
    return (
      <span class="wrong" role="alert">
        {upload.wrong}
      </span>
    );
  if (upload.done)
    return (
      <span class="hint" role="status">
        {words.files.ready}
      </span>
    );
  const percent = Math.round(upload.part * 100);
  return <progress max={100} value={percent} aria-label={words.files.uploading(upload.name, percent)} />;
}
