import {
  QueryVariableBuilder,
  VariableHide,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { POSTGRES, PROMETHEUS } from './sources.ts';

/** Selects several of what `rawSql` lists; "All" stands for `all`, a subquery or a list, also when nothing is there yet. */
export function several(name: string, label: string, rawSql: string, all?: string): QueryVariableBuilder {
  const variable = one(name, label, rawSql)
    .multi(true)
    .includeAll(true)
    .current({ text: ['All'], value: ['$__all'] });
  return all === undefined ? variable : variable.allValue(all);
}

/** Selects one of what `rawSql` lists, in its order. */
export function one(name: string, label: string, rawSql: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(POSTGRES)
    .query(rawSql)
    .definition(rawSql)
    .refresh(VariableRefresh.OnDashboardLoad)
    .sort(VariableSort.Disabled);
}

/** Figures out something for queries, anew whenever the time range changes; nobody sees it. */
export function hidden(name: string, rawSql: string): QueryVariableBuilder {
  return one(name, name, rawSql).hide(VariableHide.HideVariable).refresh(VariableRefresh.OnTimeRangeChanged);
}

export const SITE = several(
  'site',
  'Site',
  'SELECT DISTINCT site FROM fettle_views.assets ORDER BY site',
  'SELECT site FROM fettle_views.assets',
);

export const MODEL = several(
  'model',
  'Model',
  'SELECT DISTINCT model_name AS __text, model AS __value FROM fettle_views.assets ORDER BY 1',
  'SELECT model FROM fettle_views.assets',
);

/** Node of Fettle, as Prometheus names it. */
export const INSTANCE = new QueryVariableBuilder('instance')
  .label('Node')
  .datasource(PROMETHEUS)
  .query({
    qryType: 1,
    query: 'label_values(fettle_build_info, instance)',
    refId: 'PrometheusVariableQueryEditor-VariableQuery',
  })
  .definition('label_values(fettle_build_info, instance)')
  .refresh(VariableRefresh.OnTimeRangeChanged)
  .multi(true)
  .includeAll(true)
  .allValue('.*')
  .current({ text: ['All'], value: ['$__all'] });
