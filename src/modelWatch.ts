import { type Duration, SECOND } from './domain/time.ts';
import type { ModelsInForce } from './modelsInForce.ts';
import type { PipelineParts } from './pipeline/index.ts';

/** How soon a node takes what was applied through another one. */
const LOOK_EVERY: Duration = 2 * SECOND;

export interface ModelWatch {
  /** Resolves when there are other versions of models than this process works by. */
  readonly changed: Promise<void>;
  /** Looks at once. */
  look(): void;
  stop(): void;
}

/** Looks for what was applied to models since they were read, here or through another node. */
export function watchModels({
  database,
  modelsInForce,
  clock,
  log,
}: Pick<PipelineParts, 'database' | 'clock' | 'log'> & { readonly modelsInForce: ModelsInForce }): ModelWatch {
  let tell: () => void = () => undefined;
  const changed = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const look = async () => {
    try {
      if ((await database.modelVersions.count()) !== modelsInForce.count) tell();
    } catch (error) {
      log.warn({ err: error }, 'whether asset models were changed is not known; asking again');
    }
  };
  return { changed, look: () => void look(), stop: clock.every(LOOK_EVERY, look) };
}
