import { type Static, Type } from 'typebox';
import { DAY, type Timestamp } from '../../domain/time.ts';
import type { AnalyticsFilter, Period } from '../../ports/analytics.ts';
import { invalidRequest } from '../errors.ts';
import { timeIfAny } from '../times.ts';
import { defined, Id, time } from './common.ts';

const FILTER = {
  siteId: Type.Optional(Id),
  modelId: Type.Optional(Id),
  batch: Type.Optional(Id),
  componentId: Type.Optional(Id),
  customerId: Type.Optional(Id),
};

/** Query parameters of figures as of now. */
export const FILTER_QUERY = FILTER;

/** Query parameters of figures over time. */
export const PERIOD_QUERY = {
  ...FILTER,
  from: Type.Optional(time('Inclusive; 365 days before `to` when absent')),
  to: Type.Optional(time('Exclusive; now when absent')),
};

type FilterQuery = Static<Type.TObject<typeof FILTER>>;

export function filterOf({ siteId, modelId, batch, componentId, customerId }: FilterQuery): AnalyticsFilter {
  return defined({ siteId, modelId, batch, componentId, customerId });
}

export function periodOf(asked: { readonly from?: string; readonly to?: string }, now: Timestamp): Period {
  const to = timeIfAny(asked.to) ?? now;
  const from = timeIfAny(asked.from) ?? to - 365 * DAY;
  if (from >= to) throw invalidRequest([{ path: '/query/from', message: 'must be before to' }]);
  return { from, to };
}
