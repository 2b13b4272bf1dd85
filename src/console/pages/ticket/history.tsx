import type { TicketDetail, TicketEntry } from '../../api/types';
import { useFormat, useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import { ticketTexts } from './text';

/** All that happened to it, the newest first. */
export function History({ ticket }: { ticket: TicketDetail }) {
  const t = useText(ticketTexts);
  return (
    <section class="card" aria-label={t.history}>
      <h2>{t.history}</h2>
      <ol class="history">
        {[...ticket.entries].reverse().map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
    </section>
  );
}

function Entry({ entry }: { entry: TicketEntry }) {
  const t = useText(ticketTexts);
  const common = useText(commonTexts);
  const format = useFormat();
  const { kind, at, by, text, from, to, changes = [] } = entry;
  return (
    <li>
      <div class="row">
        <strong>{t.entries[kind]}</strong>
        {to && (
          <span>
            {from && `${common.status[from]} → `}
            {common.status[to]}
          </span>
        )}
        <span class="muted">
          {by} · <time dateTime={at}>{format.dateTime(at)}</time>
        </span>
      </div>
      {text && <p>{text}</p>}
      {changes.map(({ field, from: before, to: after }) => (
        <p key={field} class="muted">
          {field}: {before ?? '–'} → {after ?? '–'}
        </p>
      ))}
    </li>
  );
}
