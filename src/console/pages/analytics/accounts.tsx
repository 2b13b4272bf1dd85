import { Link } from 'wouter-preact';
import { addressOf } from '../../api/client';
import { useRead } from '../../api/queries';
import { useFormat, useText } from '../../i18n';
import { Icon } from '../../ui/icon';
import { Loaded } from '../../ui/states';
import type { ViewProps } from './page';
import { FigureTable, NothingCounted } from './rows';
import { analyticsTexts } from './text';

const PRIORITIES = ['P1', 'P2', 'P3', 'P4'] as const;

/** Each customer at a glance, and what finance needs. */
export function Accounts({ from }: ViewProps) {
  const t = useText(analyticsTexts);
  const format = useFormat();
  const query = useRead('GET /api/v1/analytics/accounts', { query: { from } }, { keep: true });
  const csv = (name: string) => addressOf(`api/v1/analytics/${name}?${new URLSearchParams({ from, format: 'csv' })}`);
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <NothingCounted />
        ) : (
          <>
            <div class="row">
              <a class="button" href={csv('accounts')} download="accounts.csv">
                <Icon name="download" />
                {t.download}
              </a>
              <a class="button" href={csv('usage')} download="usage.csv">
                <Icon name="download" />
                {t.usage}
              </a>
            </div>
            <FigureTable head={[t.customer, t.assets, t.openTickets, t.overdue, t.kept, t.rating, t.contracts]}>
              {items.map(({ customerId, assets, openTickets, overdueTickets, response, rating, contracts }) => (
                <tr key={customerId}>
                  <th scope="row">
                    <Link href={`/tickets?${new URLSearchParams({ view: 'all', customerId })}`}>{customerId}</Link>
                  </th>
                  <td>{format.integer(assets)}</td>
                  <td>
                    {PRIORITIES.filter((priority) => openTickets[priority])
                      .map((priority) => `${priority}: ${openTickets[priority]}`)
                      .join(' · ') || 0}
                  </td>
                  <td>{overdueTickets}</td>
                  <td>{response.share === undefined ? '–' : format.percent(response.share)}</td>
                  <td>{rating.mean === undefined ? '–' : format.number(rating.mean, 1)}</td>
                  <td>
                    {contracts.map(({ kind, reference, until }) => (
                      <div key={`${kind} ${reference}`}>
                        {t.contractKinds[kind]} {reference}{' '}
                        {until && <span class="muted">{t.until(format.date(until))}</span>}
                      </div>
                    ))}
                  </td>
                </tr>
              ))}
            </FigureTable>
          </>
        )
      }
    </Loaded>
  );
}
