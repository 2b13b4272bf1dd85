import { Link } from 'wouter-preact';
import { useRead } from '../../api/queries';
import { useFormat, useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import { LiveMark } from '../../ui/liveMark';
import { Page } from '../../ui/page';
import { Empty, Loaded, Skeleton } from '../../ui/states';
import { useFleetView } from './filter';
import { Filters } from './filters';
import { Groups } from './groups';
import { FleetList } from './list';
import { useNames } from './names';
import { fleetTexts } from './text';
import { Tiles } from './tiles';
import './page.css';

/** Every asset and how it fares; what is shown is in the address. */
export default function FleetPage() {
  const common = useText(commonTexts);
  const t = useText(fleetTexts);
  const format = useFormat();
  const view = useFleetView();
  const names = useNames();
  const { filter, sort, group, change } = view;
  const summary = useRead('GET /api/v1/fleet/summary', { query: filter }, { keep: true });
  const { health: _, ...others } = filter;
  const facets = useRead('GET /api/v1/fleet/summary', { query: others }, { keep: true });
  const isFiltered = Object.keys(filter).length > 0;
  const total = summary.data?.total.assets;
  if (total === 0 && !isFiltered)
    return (
      <Page title={common.fleet}>
        <Empty title={t.empty}>
          <p>{t.emptyHint}</p>
          <Link class="button primary" href="/start">
            {t.connect}
          </Link>
        </Empty>
      </Page>
    );
  const clear = () => change(Object.fromEntries(Object.keys(filter).map((name) => [name, undefined])));
  return (
    <Page
      title={common.fleet}
      about={total === undefined ? '\u00a0' : t.shown(format.integer(total))}
      actions={
        <>
          {isFiltered && (
            <button type="button" class="button quiet" onClick={clear}>
              {t.clear}
            </button>
          )}
          <LiveMark />
        </>
      }
    >
      <div class="stack">
        <Tiles counts={facets.data?.total} view={view} />
        <Filters view={view} names={names} />
        <Loaded query={summary} skeleton={<Skeleton height="2.6rem" lines={8} />}>
          {({ total: { assets } }) =>
            group !== undefined ? (
              <Groups view={view} by={group} names={names} />
            ) : assets === 0 ? (
              <Empty title={t.noneFit}>
                <button type="button" class="button" onClick={clear}>
                  {t.clear}
                </button>
              </Empty>
            ) : (
              <FleetList filter={filter} sort={sort} total={assets} names={names} />
            )
          }
        </Loaded>
      </div>
    </Page>
  );
}
