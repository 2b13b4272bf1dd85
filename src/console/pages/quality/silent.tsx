import { Link } from 'wouter-preact';
import { useRead } from '../../api/queries';
import { useFormat, useText } from '../../i18n';
import { Empty, Loaded } from '../../ui/states';
import { qualityTexts } from './texts';

const EVERY_MS = 10_000;
const SHOWN = 200;

/** Assets for which a rule of silence holds, the longest silent first. */
export function Silent() {
  const t = useText(qualityTexts);
  const format = useFormat();
  const filter = { silent: true, sort: 'lastReceivedAt', limit: SHOWN } as const;
  const query = useRead('GET /api/v1/fleet', { query: filter }, { every: EVERY_MS });
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title={t.noSilent}>{t.noSilentHint}</Empty>
        ) : (
          <div class="card table-wrap">
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">{t.asset}</th>
                  <th scope="col">{t.last}</th>
                </tr>
              </thead>
              <tbody>
                {items.map(({ id, name, lastReceivedAt }) => (
                  <tr key={id}>
                    <td>
                      <Link href={`/assets/${encodeURIComponent(id)}`}>{name ?? id}</Link>
                    </td>
                    <td>
                      {lastReceivedAt === undefined
                        ? t.never
                        : `${format.relative(lastReceivedAt)} · ${format.dateTime(lastReceivedAt)}`}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )
      }
    </Loaded>
  );
}
