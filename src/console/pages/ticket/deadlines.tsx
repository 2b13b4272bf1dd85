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
  const shown = clocks.filter(([, at]) => at !== undefined);
  return (
    <section class="card stack" aria-label={t.deadlines}>
      <h2>{t.deadlines}</h2>
      {scheduledFor && <p class="note">{t.scheduledFor(format.dateTime(scheduledFor))}</p>}
      {waiting && <p class="note warning">{t.waitingFor(waiting.reason)}</p>}
      {deferral && <p class="note warning">{t.deferredUntil(format.dateTime(deferral.until), deferral.reason)}</p>}
      {shown.length === 0 && <p class="muted">{ticket.paused ? t.paused : t.noDeadline}</p>}
      {shown.map(([what, at]) => (
        <Clock key={what} label={t.due[what]} at={at!} />
      ))}
    </section>
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
