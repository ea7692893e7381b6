/** A name or hint beside what is pointed at or focused. Never holds anything that can be pressed. */
import type { ReactElement } from "react";
import { Tooltip as AriaTooltip, TooltipTrigger } from "react-aria-components/Tooltip";
import { Kbd } from "./signs";

export interface TooltipProps {
  words: string;
  keys?: string;
  children: ReactElement;
}

export function Tooltip({ words, keys, children }: TooltipProps) {
  return (
    <TooltipTrigger delay={500} closeDelay={80}>
      {children}
      <AriaTooltip className="b-tooltip" offset={6}>
        {words}
        {keys && <Kbd keys={keys} />}
      </AriaTooltip>
    </TooltipTrigger>
  );
}
