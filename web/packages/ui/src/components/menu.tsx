/** A list of actions behind a button. Never the only way to an action that people need often. */
import type { ReactElement, ReactNode } from "react";
import { Header } from "react-aria-components/Header";
import {
  MenuItem as AriaItem,
  Menu as AriaMenu,
  MenuSection as AriaSection,
  MenuTrigger,
} from "react-aria-components/Menu";
import { Popover, type PopoverProps } from "react-aria-components/Popover";
import { Icon, type IconName } from "./icon";
import { Kbd } from "./signs";

export interface MenuProps {
  label: string;
  trigger: ReactElement;
  children: ReactNode;
  head?: ReactNode;
  placement?: PopoverProps["placement"];
  isOpen?: boolean;
  onOpenChange?: (open: boolean) => void;
}

export function Menu({ label, trigger, children, head, placement, isOpen, onOpenChange }: MenuProps) {
  return (
    <MenuTrigger {...(isOpen !== undefined && { isOpen })} {...(onOpenChange && { onOpenChange })}>
      {trigger}
      <Popover className="b-popover" offset={6} {...(placement && { placement })}>
        {head}
        <AriaMenu className="b-menu" aria-label={label}>
          {children}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}

export interface MenuItemProps {
  children: string;
  icon?: IconName;
  keys?: string;
  hint?: string;
  chosen?: boolean;
  danger?: boolean;
  onAction: () => void;
}

export function MenuItem({ children, icon, keys, hint, chosen, danger, onAction }: MenuItemProps) {
  return (
    <AriaItem
      className="b-menu-item"
      textValue={children}
      onAction={onAction}
      data-danger={danger || undefined}
    >
      <span className="b-menu-sign">{chosen ? <Icon name="check" /> : icon && <Icon name={icon} />}</span>
      <span className="b-menu-words">
        {children}
        {chosen && <span className="b-hidden"> ✓</span>}
        {hint && <small>{hint}</small>}
      </span>
      {keys && <Kbd keys={keys} />}
    </AriaItem>
  );
}

export function MenuSection({ title, children }: { title: string; children: ReactNode }) {
  return (
    <AriaSection className="b-menu-section">
      <Header className="b-menu-header">{title}</Header>
      {children}
    </AriaSection>
  );
}
