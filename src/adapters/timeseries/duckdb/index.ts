export { StoreFileError, StoreInUseError, StoreWorkerError } from './errors.ts';
export { type DuckDbStoreOptions, openDuckDbStore } from './store.ts';
