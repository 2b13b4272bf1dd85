import type { Instruments } from '../metrics.ts';
import type { SessionFigures } from '../pipeline/sessions.ts';
import type { Watched } from './index.ts';

/** Sources whose messages have sessions; nothing without one. */
export function addSessionMetrics(to: Instruments, { parts: { sessions } }: Pick<Watched, 'parts'>): void {
  if (!sessions) return;
  const figures = (read: (figures: SessionFigures) => number) => () =>
    [...sessions.figures()].map(([source, one]) => [{ source }, read(one)] as const);
  const labelNames = ['source'] as const;
  to.gauges(
    'fettle_edge_nodes_online',
    'Edge nodes whose birth has come, and no death since.',
    labelNames,
    figures(({ online }) => online),
  );
  to.gauges(
    'fettle_messages_awaiting_birth',
    'Messages that wait for the birth which says what they are.',
    labelNames,
    figures(({ waiting }) => waiting),
  );
  to.counters(
    'fettle_edge_node_gaps_total',
    'Times that messages of an edge node were missing for good.',
    labelNames,
    figures(({ gaps }) => gaps),
  );
  to.counters(
    'fettle_rebirth_requests_total',
    'Requests to edge nodes to send their births again.',
    labelNames,
    figures(({ rebirthRequests }) => rebirthRequests),
  );
  to.counters(
    'fettle_stale_deaths_total',
    'Deaths of edge nodes that belong to a session before the present one.',
    labelNames,
    figures(({ staleDeaths }) => staleDeaths),
  );
}
