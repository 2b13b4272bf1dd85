import { type ComponentChild, cloneElement, isValidElement, type VNode } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps {
  readonly label: string;
  readonly hint?: ComponentChild;
  /** What is wrong with it, beside it. */
  readonly fault?: string | undefined;
  /** One input, select or textarea. */
  readonly children: VNode<object>;
}

/** An input with its label, its hint and what is wrong with it, tied together for screen readers. */
export function Field({ label, hint, fault, children }: FieldProps) {
  const id = useId();
  const described = [hint !== undefined && `${id}-hint`, fault !== undefined && `${id}-fault`]
    .filter(Boolean)
    .join(' ');
  const input = isValidElement(children)
    ? cloneElement(children, {
        id,
        ...(described && { 'aria-describedby': described }),
        ...(fault !== undefined && { 'aria-invalid': 'true' }),
      })
    : children;
  return (
    <div class="field">
      <label class="label" for={id}>
        {label}
      </label>
      {input}
      {hint !== undefined && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {fault !== undefined && (
        <span class="fault" id={`${id}-fault`} role="alert">
          {fault}
        </span>
      )}
    </div>
  );
}
