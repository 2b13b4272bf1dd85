import { useState } from 'preact/hooks';
import type { Body } from '../../api/types';
import { useText } from '../../i18n';
import { Field } from '../../ui/field';
import { FormButtons, type FormProps } from './form';
import { fromLocalInput, toLocalInput } from './localInput';
import { readParts } from './parts';
import { ticketTexts } from './text';

type Closing = Body<'POST /api/v1/tickets/{ticketId}/close'>;

const OUTCOMES = ['failure-found', 'worn-as-expected', 'no-fault-found', 'other-cause'] as const;
const FOUND = ['critical', 'degraded', 'incipient'] as const;
const REMOVED = ['failed', 'worn', 'sound'] as const;

/** What was found and done: the next forecast rests on it. */
export function ClosingForm({ act, ticket, send, fault, busy, onClose }: FormProps) {
  const t = useText(ticketTexts);
  const [outcome, setOutcome] = useState<(typeof OUTCOMES)[number]>();
  const [isReplaced, setReplaced] = useState(false);
  const [partsFault, setPartsFault] = useState<string>();
  const submit = (form: HTMLFormElement) => {
    const data = new FormData(form);
    const parts = readParts(text(data, 'parts'));
    if ('fault' in parts) return setPartsFault(t.fields.partsFault(parts.fault));
    setPartsFault(undefined);
    send({ closing: { ...closingOf(data), ...(parts.parts.length > 0 && { parts: parts.parts }) } });
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        submit(event.currentTarget);
      }}
    >
      <Choice name="outcome" label={t.fields.outcome} values={OUTCOMES} words={t.outcomes} onChoose={setOutcome} />
      {outcome === 'failure-found' && <Choice name="found" label={t.fields.found} values={FOUND} words={t.found} />}
      {ticket.componentId !== 'asset' && (
        <label class="check">
          <input
            type="checkbox"
            name="isReplaced"
            checked={isReplaced}
            onChange={(event) => setReplaced(event.currentTarget.checked)}
          />
          {t.fields.replaced}
        </label>
      )}
      {isReplaced && (
        <>
          <div class="grid">
            <Field label={t.fields.replacedAt}>
              <input
                type="datetime-local"
                name="replacedAt"
                required
                defaultValue={toLocalInput(new Date().toISOString())}
              />
            </Field>
            <Field label={t.fields.serial}>
              <input type="text" name="serial" maxLength={128} />
            </Field>
          </div>
          <Choice name="removed" label={t.fields.removed} values={REMOVED} words={t.removedAs} />
        </>
      )}
      <div class="grid">
        <Field label={t.fields.labour}>
          <input type="number" name="labour" min="0" step="1" inputmode="numeric" />
        </Field>
        {outcome === 'failure-found' && (
          <Field label={t.fields.downtime}>
            <input type="number" name="downtime" min="0" step="1" inputmode="numeric" />
          </Field>
        )}
      </div>
      <Field label={t.fields.parts} fault={partsFault}>
        <textarea name="parts" defaultValue={ticket.part && isReplaced ? `${ticket.part.number} × 1` : ''} />
      </Field>
      <Field label={t.fields.note}>
        <textarea name="note" maxLength={2000} />
      </Field>
      {fault}
      <FormButtons act={act} busy={busy} onClose={onClose} />
    </form>
  );
}

interface ChoiceProps<T extends string> {
  readonly name: string;
  readonly label: string;
  readonly values: readonly T[];
  readonly words: Readonly<Record<T, string>>;
  readonly onChoose?: (value: T) => void;
}

function Choice<T extends string>({ name, label, values, words, onChoose }: ChoiceProps<T>) {
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      {values.map((value) => (
        <label key={value} class="check">
          <input type="radio" name={name} value={value} required onChange={() => onChoose?.(value)} />
          {words[value]}
        </label>
      ))}
    </fieldset>
  );
}

function closingOf(data: FormData): Closing {
  const [found, removed] = [text(data, 'found'), text(data, 'removed')];
  const [note, serial] = [text(data, 'note'), text(data, 'serial')];
  const [labour, downtime] = [text(data, 'labour'), text(data, 'downtime')];
  return {
    outcome: text(data, 'outcome') as Closing['outcome'],
    ...(found && { found: found as NonNullable<Closing['found']> }),
    ...(note && { note }),
    ...(labour && { labourMinutes: Number(labour) }),
    ...(downtime && { downtimeMinutes: Number(downtime) }),
    ...(data.has('isReplaced') && {
      replaced: {
        at: fromLocalInput(text(data, 'replacedAt')),
        ...(serial && { serial }),
        ...(removed && { removed: removed as NonNullable<NonNullable<Closing['replaced']>['removed']> }),
      },
    }),
  };
}

function text(data: FormData, name: string): string {
  return String(data.get(name) ?? '').trim();
}
