export {
  InfluxDbAccessError,
  InfluxDbConflictError,
  InfluxDbError,
  InfluxDbMissingError,
  InfluxDbVersionError,
} from './errors.ts';
export type { InfluxStoreOptions } from './options.ts';
export { probeInfluxDb } from './probe.ts';
export { openInfluxDbStoreWhenThere } from './reopening.ts';
export { openInfluxDbStore } from './store.ts';
