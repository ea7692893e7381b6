// Asks whether the visitor really wants to end the conversation. Escape means no.

import { useEffect, useRef } from "preact/hooks";
import { useShared } from "../shared";

type Props = { yes: () => void; no: () => void };

export function EndDialog({ yes, no }: Props) {
  const { words } = useShared();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    // Closing gives the focus back to where it was.
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby="end-title"
      aria-describedby="end-text"
      onCancel={(event) => {
        event.preventDefault();
        no();
      }}
    >
      <h2 id="end-title">{words.end.title}</h2>
      <p id="end-text">{words.end.text}</p>
      <div class="buttons">
        <button type="button" class="secondary" onClick={no}>
          {words.end.no}
        </button>
        <button type="button" class="primary" onClick={yes}>
          {words.end.yes}
        </button>
      </div>
    </dialog>
  );
}
