/** Things to press. A sign without words always has a name and shows it on hover and focus. */
import type { ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components/Button";
import { Icon, type IconName } from "./icon";
import { Kbd } from "./signs";
import { Tooltip } from "./tooltip";

export interface ButtonProps extends Omit<AriaButtonProps, "className" | "style" | "children"> {
  look?: "primary" | "secondary" | "quiet" | "danger";
  small?: boolean;
  wide?: boolean;
  icon?: IconName;
  keys?: string;
  children: ReactNode;
}

export function Button({ look = "secondary", small, wide, icon, keys, children, ...rest }: ButtonProps) {
  return (
    <AriaButton
      {...rest}
      className="b-button"
      data-look={look}
      data-small={small || undefined}
      data-wide={wide || undefined}
    >
      {icon && <Icon name={icon} />}
      <span className="b-button-words">{children}</span>
      {keys && <Kbd keys={keys} />}
    </AriaButton>
  );
}

export interface IconButtonProps extends Omit<AriaButtonProps, "className" | "style" | "children"> {
  icon: IconName;
  label: string;
  keys?: string;
  small?: boolean;
  pressed?: boolean;
}

export function IconButton({ icon, label, keys, small, pressed, ...rest }: IconButtonProps) {
  return (
    <Tooltip words={label} {...(keys && { keys })}>
      <AriaButton
        {...rest}
        className="b-icon-button"
        aria-label={label}
        {...(pressed !== undefined && { "aria-pressed": pressed })}
        data-small={small || undefined}
      >
        <Icon name={icon} size={small ? 14 : 16} />
      </AriaButton>
    </Tooltip>
  );
}
