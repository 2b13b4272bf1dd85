import { useState } from 'preact/hooks';
import type { TicketDetail } from '../../api/types';
import { useText } from '../../i18n';
import { Dialog } from '../../ui/dialog';
import { Field } from '../../ui/field';
import { ErrorNote } from '../../ui/states';
import type { Act } from './acts';
import { ClosingForm } from './closingForm';
import { FormButtons, type FormProps } from './form';
import { fromLocalInput, toLocalInput } from './localInput';
import { ticketTexts } from './text';
import { type Given, useAct } from './useAct';

interface ActDialogProps {
  readonly act: Act;
  readonly ticket: TicketDetail;
  /** Of its asset, once it is known. */
  readonly model: string | undefined;
  readonly onClose: () => void;
}

/** Asks for what an act needs, and does it. */
export function ActDialog({ act, ticket, model, onClose }: ActDialogProps) {
  const t = useText(ticketTexts);
  const [seen] = useState(ticket);
  const [isTold, setTold] = useState(false);
  // What is done is done to the ticket as it was when the dialog opened; once told of another's change, to that.
  const acting = useAct(isTold ? ticket : seen, onClose, () => setTold(true));
  const send = (given: Given) =>
    acting.mutate({ act, given: { ...given, ...(model !== undefined && { modelId: model }) } });
  const fault = acting.error ? <ErrorNote error={acting.error} /> : undefined;
  const props = { act, ticket, send, fault, busy: acting.isPending, onClose };
  return (
    <Dialog title={t.actions[act]} onClose={onClose}>
      {act === 'close' ? <ClosingForm {...props} /> : <SmallForm {...props} />}
    </Dialog>
  );
}

type Ask = 'team' | 'person' | 'at' | 'until' | 'reason' | 'text' | 'note';

const ASKS: Partial<Record<Act, readonly Ask[]>> = {
  assign: ['team', 'person', 'note'],
  schedule: ['at', 'note'],
  defer: ['until', 'reason'],
  wait: ['reason'],
  void: ['reason'],
  voidVersion: ['reason'],
  cancel: ['note'],
  comment: ['text'],
};
const OPTIONAL: readonly Ask[] = ['note', 'team', 'person'];

function SmallForm({ act, ticket, send, fault, busy, onClose }: FormProps) {
  const t = useText(ticketTexts);
  const asks = ASKS[act] ?? [];
  const [values, setValues] = useState<Partial<Record<Ask, string>>>({
    team: ticket.team ?? '',
    person: ticket.person ?? '',
    at: toLocalInput(ticket.scheduledFor),
    until: toLocalInput(ticket.deferral?.until),
  });
  const submit = () => {
    const { team, person, at, until, ...texts } = values;
    send({
      ...texts,
      team: team?.trim() || null,
      person: person?.trim() || null,
      ...(at && { at: fromLocalInput(at) }),
      ...(until && { until: fromLocalInput(until) }),
    });
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {act === 'void' && <p class="muted">{t.voidHint}</p>}
      {act === 'voidVersion' && <p class="muted">{t.voidVersionHint}</p>}
      {asks.map((ask, index) => (
        <Field key={ask} label={t.fields[ask]}>
          <Input
            ask={ask}
            first={index === 0}
            value={values[ask] ?? ''}
            onInput={(value) => setValues((before) => ({ ...before, [ask]: value }))}
          />
        </Field>
      ))}
      {fault}
      <FormButtons act={act} busy={busy} onClose={onClose} />
    </form>
  );
}

interface InputProps {
  readonly ask: Ask;
  readonly first: boolean;
  readonly value: string;
  readonly onInput: (value: string) => void;
}

function Input({ ask, first, value, onInput, ...rest }: InputProps) {
  const common = {
    ...rest,
    value,
    autofocus: first,
    required: !OPTIONAL.includes(ask),
    onInput: (event: Event) => onInput((event.currentTarget as HTMLInputElement).value),
  };
  if (ask === 'at' || ask === 'until') return <input type="datetime-local" {...common} />;
  if (ask === 'team' || ask === 'person') return <input type="text" {...common} />;
  return <textarea maxLength={2000} {...common} />;
}
