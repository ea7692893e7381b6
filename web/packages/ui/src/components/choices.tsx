/** One out of a few, all in sight, with a digit each. Never for more than a dozen. */
import { Radio, RadioGroup } from "react-aria-components/RadioGroup";
import { Kbd } from "./signs";

export interface ChoicesProps {
  label: string;
  options: readonly { id: string; name: string; keys?: string }[];
  value: string | null;
  onChange: (id: string) => void;
  quietLabel?: boolean;
  autoFocus?: boolean;
}

export function Choices({ label, options, value, onChange, quietLabel, autoFocus }: ChoicesProps) {
  return (
    <RadioGroup
      className="b-choices"
      aria-label={label}
      value={value}
      onChange={onChange}
      orientation="horizontal"
    >
      {!quietLabel && (
        <span className="b-label" aria-hidden="true">
          {label}
        </span>
      )}
      <div className="b-choices-row">
        {options.map((option, place) => (
          <Radio
            key={option.id}
            value={option.id}
            className="b-choice"
            autoFocus={Boolean(autoFocus) && (value === null ? place === 0 : value === option.id)}
          >
            {option.keys && <Kbd keys={option.keys} />}
            {option.name}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
