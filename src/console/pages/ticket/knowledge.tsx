import { Link } from 'wouter-preact';
import type { TicketDetail } from '../../api/types';
import { useFormat, useLocal, useText } from '../../i18n';
import { ticketTexts } from './text';

/** How to stay unhurt, what is known to help, and what was there before. */
export function Knowledge({ ticket }: { ticket: TicketDetail }) {
  const t = useText(ticketTexts);
  const local = useLocal();
  const format = useFormat();
  const { safety, advice, solutions, earlier, service } = ticket;
  return (
    <>
      {safety.length > 0 && (
        <section class="note warning safety" aria-label={t.safety}>
          <div>
            <h2>{t.safety}</h2>
            {safety.map((text) => (
              <p key={text.en}>{local(text)}</p>
            ))}
          </div>
        </section>
      )}
      {service && (
        <section class="card">
          <h2>{t.sheet.checklist}</h2>
          <ul>
            {service.checklist.map((text) => (
              <li key={text.en}>{local(text)}</li>
            ))}
          </ul>
        </section>
      )}
      {(advice.length > 0 || solutions.length > 0) && (
        <section class="card">
          {advice.length > 0 && <h2>{t.advice}</h2>}
          {advice.map((text) => (
            <p key={text.en}>{local(text)}</p>
          ))}
          {solutions.length > 0 && <h2>{t.solutions}</h2>}
          <ul>
            {solutions.map(({ note, parts, replaced, times, helped, lastAt }) => (
              <li key={lastAt}>
                {note ?? ''} {parts.join(', ')} {replaced && t.fields.replaced}{' '}
                <span class="muted">
                  {t.solution(helped, times)}, {format.date(lastAt)}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {earlier.length > 0 && (
        <section class="card">
          <h2>{t.earlier}</h2>
          <ul>
            {earlier.map(({ id, number, outcome, closedAt, note }) => (
              <li key={id}>
                <Link href={`/tickets/${id}`}>#{number}</Link> {format.date(closedAt)}: {t.outcomes[outcome]} {note}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
