import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { COLOUR } from '../shared/colours.ts';
import { POSTGRES, table } from '../shared/sources.ts';
import { THIS_ASSET } from './variables.ts';

/** What happened, marked in every chart over time: text on the mark, the words behind it as tags. */
export function annotations(): AnnotationQueryBuilder[] {
  return [
    mark(
      'Tickets',
      COLOUR.critical,
      `SELECT opened_at AS time, coalesce(closed_at, now()) AS timeend, 'Ticket ' || number || ': ' || title AS text,
  concat_ws(',', priority, status, component_name) AS tags
FROM fettle_views.tickets WHERE ${THIS_ASSET} AND opened_at < $__timeTo() AND coalesce(closed_at, now()) > $__timeFrom()`,
    ),
    mark(
      'Findings',
      COLOUR.warning,
      `SELECT time, initcap(change) || ': ' || component_name || ', ' || failure_mode_name AS text,
  concat_ws(',', severity, rule) AS tags
FROM fettle_views.findings WHERE ${THIS_ASSET} AND change <> 'updated' AND NOT retracted AND $__timeFilter(time)`,
    ),
    mark(
      'Parts and maintenance',
      COLOUR.watch,
      `SELECT at AS time, coalesce(until, at) AS timeend,
  concat_ws(' ', CASE type WHEN 'maintenance' THEN 'Maintenance' WHEN 'component-replaced' THEN 'Replaced:' ELSE 'Installed:' END,
    component_name, note) AS text, type AS tags
FROM fettle_views.events
WHERE ${THIS_ASSET} AND type IN ('maintenance', 'component-replaced', 'component-installed') AND $__timeFilter(at)`,
    ),
  ];
}

function mark(name: string, colour: string, rawSql: string): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(POSTGRES)
    .enable(true)
    .iconColor(colour)
    .target(table('Anno', rawSql));
}
