import { addressOf } from '../../api/client';
import type { TicketDetail } from '../../api/types';
import { useLanguage, useText } from '../../i18n';
import { ticketTexts } from './text';

/** The chart that its desk and mails have too. */
export function Evidence({ ticket }: { ticket: TicketDetail }) {
  const t = useText(ticketTexts);
  const language = useLanguage();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <section class="card" aria-label={t.evidence}>
      <h2>{t.evidence}</h2>
      {ticket.links.chart === undefined ? (
        <p class="muted">{t.noChart}</p>
      ) : (
        <div class="chart-frame">
          <img
            src={addressOf(`api/v1/tickets/${ticket.id}/chart.svg?${new URLSearchParams({ lang: language, zone })}`)}
            alt={t.chartAlt}
            width="760"
            height="360"
          />
        </div>
      )}
    </section>
  );
}
