import type { LocalText } from './model.ts';
import type { Outcome, Ticket } from './ticket.ts';
import type { Duration, Timestamp } from './time.ts';

/** What a low rating opens a ticket for; nobody is asked to rate that one. */
export const LOW_RATING = 'low-rating';

/** Nobody worked on what ended so. */
const BY_ITSELF: ReadonlySet<Outcome> = new Set(['cleared-unconfirmed', 'replaced-detected']);

/** When the customer is asked what they think of a closed ticket; undefined where they are not. */
export function followUpAt(ticket: Ticket, after: Duration): Timestamp | undefined {
  const { status, closing, closedAt, customerId, failureModeId } = ticket;
  if (status !== 'closed' || !closing || closedAt === undefined || customerId === undefined) return undefined;
  if (BY_ITSELF.has(closing.outcome) || failureModeId === LOW_RATING) return undefined;
  return closedAt + after;
}

interface Rated {
  readonly score: number;
  readonly comment?: string | undefined;
}

export function lowRatingTitle({ number }: Pick<Ticket, 'number'>, { score }: Rated): LocalText {
  return { en: `Ticket ${number} was rated ${score} of 5`, zh: `工单 ${number} 的评分为 ${score}/5` };
}

export function lowRatingSummary({ title }: Pick<Ticket, 'title'>, { comment }: Rated): LocalText {
  return {
    en: `The customer is not content with how this was dealt with: ${title.en}.${comment ? ` "${comment}"` : ''} Call them.`,
    zh: `客户对此工单的处理不满意：${title.zh}。${comment ? `“${comment}”` : ''}请与客户联系。`,
  };
}
