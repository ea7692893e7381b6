/** One question with its label, advice and error. Never an input without a name. */
import { type ReactNode, type Ref, useId } from "react";

interface FieldShape {
  label: string;
  advice?: string | undefined;
  error?: string | null | undefined;
  /** The label is there for who listens; who looks sees a placeholder that says the same. */
  quietLabel?: boolean;
}

export interface TextFieldProps extends FieldShape {
  value: string;
  onChange: (value: string) => void;
  name?: string;
  type?: "text" | "email" | "password" | "search" | "tel";
  autoComplete?: string;
  placeholder?: string;
  autoFocus?: boolean;
  required?: boolean;
  inputRef?: Ref<HTMLInputElement>;
}

export function TextField({ onChange, inputRef, type = "text", value, ...props }: TextFieldProps) {
  const { label, advice, error, quietLabel, ...rest } = props;
  const id = useId();
  return (
    <Field id={id} {...{ label, advice, error, quietLabel: quietLabel ?? false }}>
      <input
        {...rest}
        ref={inputRef}
        id={id}
        type={type}
        className="b-input"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        {...described(id, advice, error)}
      />
    </Field>
  );
}

export interface TextAreaProps extends FieldShape {
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  rows?: number;
  autoFocus?: boolean;
  areaRef?: Ref<HTMLTextAreaElement>;
}

export function TextArea({ onChange, areaRef, rows = 3, value, ...props }: TextAreaProps) {
  const { label, advice, error, quietLabel, ...rest } = props;
  const id = useId();
  return (
    <Field id={id} {...{ label, advice, error, quietLabel: quietLabel ?? false }}>
      <textarea
        {...rest}
        ref={areaRef}
        id={id}
        rows={rows}
        className="b-input"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        {...described(id, advice, error)}
      />
    </Field>
  );
}

export interface SelectFieldProps extends FieldShape {
  value: string;
  onChange: (value: string) => void;
  options: readonly { id: string; name: string }[];
}

export function SelectField({ onChange, options, value, ...props }: SelectFieldProps) {
  const { label, advice, error, quietLabel } = props;
  const id = useId();
  return (
    <Field id={id} {...{ label, advice, error, quietLabel: quietLabel ?? false }}>
      <select
        id={id}
        className="b-input"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        {...described(id, advice, error)}
      >
        {options.map((option) => (
          <option key={option.id} value={option.id}>
            {option.name}
          </option>
        ))}
      </select>
    </Field>
  );
}

function Field(props: FieldShape & { id: string; children: ReactNode }) {
  const { id, label, advice, error, quietLabel, children } = props;
  return (
    <div className="b-field" data-wrong={error ? true : undefined}>
      <label htmlFor={id} className={quietLabel ? "b-hidden" : "b-label"}>
        {label}
      </label>
      {advice && (
        <p id={`${id}-advice`} className="b-advice">
          {advice}
        </p>
      )}
      {children}
      {error && (
        <p id={`${id}-error`} className="b-error">
          {error}
        </p>
      )}
    </div>
  );
}

function described(id: string, advice?: string | null, error?: string | null) {
  const ids = [advice && `${id}-advice`, error && `${id}-error`].filter(Boolean).join(" ");
  return { ...(ids && { "aria-describedby": ids }), ...(error && { "aria-invalid": true as const }) };
}
