import type { AnalyticsRepository } from '../../../../ports/analytics.ts';
import type { Db } from '../schema.ts';
import { accounts } from './accounts.ts';
import { partsDemand } from './partsDemand.ts';
import { ratings } from './ratings.ts';
import { exposures } from './reliability.ts';
import { rules } from './rules.ts';
import { service } from './service.ts';
import { usage } from './usage.ts';

/** Docs: docs/analytics.md says what each figure is. */
export function analyticsRepository(db: Db): AnalyticsRepository {
  return {
    usage: (filter, period, by, zones, limit) => usage(db, filter, period, by, zones, limit),
    partsDemand: (filter, now, horizons) => partsDemand(db, filter, now, horizons),
    service: (filter, period, by, now, fixedFor) => service(db, filter, period, by, now, fixedFor),
    exposures: (filter, period, by, now) => exposures(db, filter, period, by, now),
    rules: (filter, period) => rules(db, filter, period),
    ratings: (filter, period, by) => ratings(db, filter, period, by),
    accounts: (filter, period) => accounts(db, filter, period),
  };
}
