import type { Refusal } from '../codecs/codec.ts';
import { quote } from '../codecs/text.ts';
import { ID_FORM, isValidId } from '../domain/ids.ts';
import { BoundedCache } from './boundedCache.ts';
import { type TopicFields, type TopicTemplate, topicLevels } from './topicTemplate.ts';

/** Topics remembered; twice as many at most while new ones come. */
const CACHED_TOPICS = 50_000;

/** Where the messages of one topic belong. */
export interface Route<S> {
  readonly source: S;
  readonly siteId: string | undefined;
  readonly assetId: string | undefined;
  readonly deviceId: string | undefined;
  readonly metricId: string | undefined;
  /** Why nothing can come of this topic: an id in it is invalid. */
  readonly refusal: Refusal | undefined;
}

export interface Routable {
  readonly template: TopicTemplate;
}

/** Finds the source of a topic: the first in the order given whose template matches. */
export class TopicRouter<S extends Routable> {
  readonly #sources: readonly S[];
  readonly #routes: BoundedCache<string, Route<S> | null>;

  constructor(sources: readonly S[], cachedTopics = CACHED_TOPICS) {
    this.#sources = sources;
    this.#routes = new BoundedCache(cachedTopics);
  }

  /** Topics held in memory. */
  get cached(): number {
    return this.#routes.size;
  }

  /** The route of the topic; null when no source has it. The same object for the same topic while it is remembered. */
  route(topic: string): Route<S> | null {
    const known = this.#routes.get(topic);
    if (known !== undefined) return known;
    const route = this.#find(topicLevels(topic));
    this.#routes.set(topic, route);
    return route;
  }

  #find(levels: readonly string[]): Route<S> | null {
    for (const source of this.#sources) {
      const fields = source.template.match(levels);
      if (!fields) continue;
      return {
        source,
        siteId: fields.site,
        assetId: fields.asset,
        deviceId: fields.device,
        metricId: fields.metric,
        refusal: checkIds(fields),
      };
    }
    return null;
  }
}

function checkIds(fields: TopicFields): Refusal | undefined {
  for (const [name, id] of Object.entries(fields)) {
    if (!isValidId(id)) {
      return { reason: 'invalid-id', detail: `{${name}} in the topic is ${quote(id)}; expected ${ID_FORM}` };
    }
  }
  return undefined;
}
