import { useQuery } from '@tanstack/preact-query';
import { readText } from '../../api/client';
import type { Answer } from '../../api/types';
import { useFormat, useText } from '../../i18n';
import { DataTable } from '../../ui/dataTable';
import { Loaded, Skeleton } from '../../ui/states';
import { type LedgerSheet, useLedgers } from './ledgers';
import { systemTexts } from './text';

type Readiness = Answer<'GET /readyz'>;

/** How each part is, and whether every message is accounted for. */
export function Overview() {
  const t = useText(systemTexts);
  const readiness = useQuery({
    queryKey: ['readiness'],
    // What does not work is the answer, not a failure to answer.
    queryFn: async ({ signal }) => JSON.parse(await readText('readyz', 'application/json', signal, [503])) as Readiness,
    refetchInterval: 5000,
  });
  const ledgers = useLedgers();
  return (
    <div class="stack">
      <section class="card" aria-labelledby="ledgers">
        <header>
          <h2 id="ledgers">{t.ledgers}</h2>
          <p class="muted">{t.ledgersAbout}</p>
        </header>
        <Loaded query={ledgers} skeleton={<Skeleton height="5.5rem" lines={1} />}>
          {(sheets) => (
            <div class="ledgers">
              {sheets.map((sheet) => (
                <Ledger key={sheet.name} sheet={sheet} />
              ))}
            </div>
          )}
        </Loaded>
      </section>
      <Loaded query={readiness} skeleton={<Skeleton height="2.4rem" lines={8} />}>
        {({ ready, parts }) => (
          <div class="stack">
            <header class="row spread parts-head">
              <h2>{t.parts}</h2>
              <span class={`badge ${ready ? 'good' : 'critical'}`}>{ready ? t.ready : t.notReady}</span>
            </header>
            <DataTable
              label={t.parts}
              class="system-table"
              columns={[{ name: t.part }, { name: t.state }, { name: t.detail }]}
            >
              {parts.map(({ part, ok, needed, detail }) => (
                <tr key={part}>
                  <td>{t.partNames[part] ?? part}</td>
                  <td>
                    <PartBadge ok={ok} needed={needed} />
                  </td>
                  <td class="detail" lang="en">
                    {detail}
                  </td>
                </tr>
              ))}
            </DataTable>
          </div>
        )}
      </Loaded>
    </div>
  );
}

function PartBadge({ ok, needed }: { ok: boolean; needed: boolean }) {
  const t = useText(systemTexts);
  if (ok) return <span class="badge good">{t.works}</span>;
  return <span class={`badge ${needed ? 'critical' : 'warning'}`}>{needed ? t.fails : t.concern}</span>;
}

function Ledger({ sheet: { name, total, parts, difference } }: { sheet: LedgerSheet }) {
  const t = useText(systemTexts);
  const format = useFormat();
  return (
    <div class="ledger">
      <h3 class="row spread">
        {t.ledgerNames[name]}
        <span class={`badge ${difference === 0 ? 'good' : 'critical'}`}>
          {difference === 0 ? t.addsUp : t.outBy(format.integer(difference))}
        </span>
      </h3>
      <dl>
        <Entry name={t.entries[total.entry]!} count={format.integer(total.count)} whole />
        {parts.map(({ entry, count }) => (
          <Entry key={entry} name={t.entries[entry]!} count={format.integer(count)} />
        ))}
      </dl>
    </div>
  );
}

function Entry({ name, count, whole = false }: { name: string; count: string; whole?: boolean }) {
  return (
    <div class={whole ? 'whole' : undefined}>
      <dt>{name}</dt>
      <dd>{count}</dd>
    </div>
  );
}
