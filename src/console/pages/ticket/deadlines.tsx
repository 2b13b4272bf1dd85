import type { TicketDetail } from '../../api/types';
import { useFormat, useText } from '../../i18n';
import { useNow } from '../../ui/useNow';
import { ticketTexts } from './text';

/** What was promised until when, counting down, and why the clocks stand still when they do. */
export function Deadlines({ ticket }: { ticket: TicketDetail }) {
  const t = useText(ticketTexts);
  const format = useFormat();
  const { deferral, waiting, scheduledFor, respondBy, acknowledgedAt, responseBreachedAt } = ticket;
  const clocks = [
    ['respond', acknowledgedAt === undefined ? (respondBy ?? responseBreachedAt) : undefined],
    ['solve', ticket.solveBy ?? ticket.solutionBreachedAt],
    ['doBy', ticket.doBy],
  ] as const;
  const isOver = OVER.includes(ticket.status);
  const shown = isOver ? [] : clocks.filter(([, at]) => at !== undefined);
  return (
    <section class="card stack" aria-label={t.deadlines}>
      <h2>{t.deadlines}</h2>
      {scheduledFor && <p class="note">{t.scheduledFor(format.dateTime(scheduledFor))}</p>}
      {waiting && <p class="note warning">{t.waitingFor(waiting.reason)}</p>}
      {deferral && <p class="note warning">{t.deferredUntil(format.dateTime(deferral.until), deferral.reason)}</p>}
      {isOver && ticket.sla && <Promises ticket={ticket} />}
      {shown.length === 0 && !(isOver && ticket.sla) && (
        <p class="muted">{ticket.paused && !isOver ? t.paused : t.noDeadline}</p>
      )}
      {shown.map(([what, at]) => (
        <Clock key={what} label={t.due[what]} at={at!} />
      ))}
    </section>
  );
}

const OVER: readonly TicketDetail['status'][] = ['resolved', 'awaiting-outcome', 'closed', 'cancelled'];

/** What became of the promises once nothing is to be done any more. */
function Promises({ ticket }: { ticket: TicketDetail }) {
  const t = useText(ticketTexts);
  const kept = [
    ['respond', ticket.responseBreachedAt],
    ['solve', ticket.solutionBreachedAt],
  ] as const;
  return (
    <>
      {kept.map(([what, breachedAt]) => (
        <div key={what} class={`clock ${breachedAt === undefined ? '' : 'late'}`}>
          <span>{t.due[what]}</span>
          <strong>{breachedAt === undefined ? t.kept : t.missed}</strong>
        </div>
      ))}
    </>
  );
}

function Clock({ label, at }: { label: string; at: string }) {
  const t = useText(ticketTexts);
  const format = useFormat();
  const now = useNow();
  const isLate = Date.parse(at) < now;
  return (
    <div class={`clock ${isLate ? 'late' : ''}`}>
      <span>{label}</span>
      <strong>
        {isLate
          ? t.overdue(format.duration((now - Date.parse(at)) / 1000))
          : format.duration((Date.parse(at) - now) / 1000)}
      </strong>
      <time class="muted" dateTime={at}>
        {format.dateTime(at)}
      </time>
    </div>
  );
}
