import type { ModelVersion } from '../domain/modelVersion.ts';

/** Versions of asset models that were made at run time, kept for good. */
export interface ModelVersionRepository {
  /**
   * Adds the version after `basedOn`, which is 0 for the first one; rejects with StaleVersionError when there is another
   * one by now.
   */
  append(version: Omit<ModelVersion, 'version'>, basedOn: number): Promise<ModelVersion>;
  /** The newest first, without their texts. */
  of(modelId: string): Promise<Omit<ModelVersion, 'yaml'>[]>;
  get(modelId: string, version: number): Promise<ModelVersion | undefined>;
  /** The newest one of each model, by model. */
  newest(): Promise<ModelVersion[]>;
  /** How many there are, of all models: the sum of the newest ones' numbers. */
  count(): Promise<number>;
}
