import { useMutation, useQueryClient } from '@tanstack/preact-query';
import { call, ProblemError } from '../../api/client';
import type { Body, TicketDetail } from '../../api/types';
import { useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import { useToast } from '../../ui/toast';
import type { Act } from './acts';
import { ticketTexts } from './text';

/** What a form gave for an act, as the API takes it. */
export interface Given {
  readonly note?: string;
  readonly reason?: string;
  readonly text?: string;
  readonly team?: string | null;
  readonly person?: string | null;
  readonly at?: string;
  readonly until?: string;
  readonly closing?: Body<'POST /api/v1/tickets/{ticketId}/close'>;
  readonly modelId?: string;
}

/** Does something with the ticket as it was seen: what somebody else changed in the meantime is shown, not overwritten. */
export function useAct(ticket: TicketDetail, onDone: () => void, onStale: () => void = () => undefined) {
  const queries = useQueryClient();
  const toast = useToast();
  const t = useText(ticketTexts);
  const common = useText(commonTexts);
  return useMutation({
    mutationFn: ({ act, given }: { act: Act; given: Given }) => send(act, ticket, given),
    onSuccess: (said) => {
      toast(said === undefined ? t.done : t.voided(said.voided, said.left));
      onDone();
    },
    onError: (error) => {
      if (!(error instanceof ProblemError && error.status === 412)) return;
      toast(common.changedMeanwhile);
      onStale();
    },
    onSettled: () => queries.invalidateQueries(),
  });
}

type Voided = { voided: number; left: number } | undefined;

async function send(act: Act, ticket: TicketDetail, given: Given): Promise<Voided> {
  const common = { params: { ticketId: ticket.id }, ifMatch: `"${ticket.version}"` };
  const { note, reason = '', text = '', team, person, at = '', until = '' } = given;
  const noted = note ? { note } : {};
  switch (act) {
    case 'release':
      return done(call('POST /api/v1/tickets/{ticketId}/release', common));
    case 'void':
      return done(call('POST /api/v1/tickets/{ticketId}/void', { ...common, body: { reason } }));
    case 'acknowledge':
      return move('acknowledged');
    case 'start':
      return move('in-progress');
    case 'resolve':
      return move('resolved');
    case 'reopen':
      return move('open');
    case 'cancel':
      return move('cancelled');
    case 'assign':
      return done(
        call('POST /api/v1/tickets/{ticketId}/assign', {
          ...common,
          body: { team: team ?? null, person: person ?? null, ...noted },
        }),
      );
    case 'schedule':
      return done(call('POST /api/v1/tickets/{ticketId}/schedule', { ...common, body: { at, ...noted } }));
    case 'defer':
      return done(call('POST /api/v1/tickets/{ticketId}/defer', { ...common, body: { until, reason } }));
    case 'wait':
      return done(call('POST /api/v1/tickets/{ticketId}/wait', { ...common, body: { reason } }));
    case 'resume':
      return done(call('POST /api/v1/tickets/{ticketId}/resume', { ...common, body: noted }));
    case 'comment':
      return done(call('POST /api/v1/tickets/{ticketId}/comments', { ...common, body: { text } }));
    case 'close':
      return done(call('POST /api/v1/tickets/{ticketId}/close', { ...common, body: given.closing! }));
    case 'voidVersion':
      return call('POST /api/v1/models/{modelId}/rules/{ruleId}/versions/{version}/void', {
        params: { modelId: given.modelId!, ruleId: ticket.ruleId!, version: ticket.ruleVersion! },
        body: { reason },
      });
  }

  function move(to: Body<'POST /api/v1/tickets/{ticketId}/transition'>['to']): Promise<undefined> {
    return done(call('POST /api/v1/tickets/{ticketId}/transition', { ...common, body: { to, ...noted } }));
  }
}

async function done(answer: Promise<unknown>): Promise<undefined> {
  await answer;
  return undefined;
}
