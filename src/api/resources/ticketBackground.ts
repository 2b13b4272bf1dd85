import { type Static, Type } from 'typebox';
import { OUTCOMES } from '../../domain/ticket.ts';
import type { TicketBackground } from '../../domain/ticketBackground.ts';
import { formatTime } from '../times.ts';
import { LocalTextSchema, oneOf, presentText, Time } from './common.ts';

const EarlierSchema = Type.Object({
  id: Type.String(),
  number: Type.Integer(),
  failureModeId: Type.String(),
  openedAt: Time,
  closedAt: Time,
  outcome: oneOf(OUTCOMES),
  note: Type.Optional(Type.String()),
});

const SolutionSchema = Type.Object({
  note: Type.Optional(Type.String({ description: 'In the words of the newest closing that has any' })),
  parts: Type.Array(Type.String(), { description: 'Stock codes of what was used up' }),
  replaced: Type.Boolean({ description: 'Whether the component was replaced' }),
  times: Type.Integer({ description: 'How often it was done' }),
  helped: Type.Integer({ description: 'How often nothing came back after it: no reopening, no recurrence' }),
  lastAt: Time,
});

/** What is known beside a ticket, as fields of it. */
export const BACKGROUND_FIELDS = {
  safety: Type.Array(LocalTextSchema, { description: 'How whoever works on it stays unhurt, from the model' }),
  usage: Type.Optional(
    Type.Object(
      {
        used: Type.Number(),
        life: Type.Number(),
        unit: Type.String(),
        wear: Type.Number({ description: 'Share of life used; 1 is end of life' }),
      },
      { description: 'Of the component now, where a rule knows its life' },
    ),
  ),
  earlier: Type.Array(EarlierSchema, {
    description: 'Tickets of this component that are closed: the newest three of those opened before',
  }),
  solutions: Type.Array(SolutionSchema, {
    description:
      'What was done at this failure mode of this component, at assets of the model, from the newest 500 closings with ' +
      '`failure-found`, `worn-as-expected` or `other-cause`; told apart by the parts used up and whether the component was ' +
      'replaced, else by the note. Three, ordered by (helped + 1) ÷ (times + 2)',
  }),
  advice: Type.Array(LocalTextSchema, { description: 'What is known to help, from the model' }),
};

const FieldsSchema = Type.Object(BACKGROUND_FIELDS);

export function presentBackground(background: TicketBackground): Static<typeof FieldsSchema> {
  const { safety, usage, earlier, solutions, advice } = background;
  return {
    safety: safety.map(presentText),
    ...(usage && { usage: { ...usage } }),
    earlier: earlier.map((one) => ({
      ...one,
      openedAt: formatTime(one.openedAt),
      closedAt: formatTime(one.closedAt),
    })),
    solutions: solutions.map((one) => ({ ...one, parts: [...one.parts], lastAt: formatTime(one.lastAt) })),
    advice: advice.map(presentText),
  };
}
