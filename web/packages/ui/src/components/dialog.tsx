/** A question that wants an answer before anything else goes on. Escape always leaves it. */
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading } from "react-aria-components/Dialog";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { IconButton } from "./button";

export interface DialogProps {
  title: string;
  closeLabel: string;
  onClose: () => void;
  children: ReactNode;
  size?: "small" | "medium" | "large";
  /** Nothing on the page makes sense without an answer: no way to close it. */
  stays?: boolean;
}

export function Dialog({ title, closeLabel, onClose, children, size = "medium", stays }: DialogProps) {
  return (
    <ModalOverlay
      className="b-scrim"
      isOpen
      isDismissable={!stays}
      isKeyboardDismissDisabled={Boolean(stays)}
      onOpenChange={(open) => !open && onClose()}
    >
      <Modal className="b-modal" data-size={size}>
        <AriaDialog className="b-dialog">
          <header className="b-dialog-head">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            {!stays && <IconButton icon="x" label={closeLabel} keys="Esc" onPress={onClose} small />}
          </header>
          <div className="b-dialog-body">{children}</div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
