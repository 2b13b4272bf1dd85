import { type Routable, type Route, TopicRouter } from './topicRouter.ts';

/** A source, and the broker it is meant for; every broker when absent. */
interface BrokerRoutable extends Routable {
  readonly definition: { readonly id: string; readonly broker?: string };
}

/** Finds the source of a topic among those that are meant for the broker that brought the message. */
export class BrokerRouter<S extends BrokerRoutable> {
  readonly #sources: readonly S[];
  /** For what no particular broker brought, and for every broker while no source names one. */
  readonly #all: TopicRouter<S>;
  readonly #perBroker: Map<string, TopicRouter<S>> | undefined;
  /** For what names its source. */
  readonly #perSource = new Map<string, TopicRouter<S>>();

  constructor(sources: readonly S[]) {
    this.#sources = sources;
    this.#all = new TopicRouter(sources);
    this.#perBroker = sources.some(({ definition }) => definition.broker !== undefined) ? new Map() : undefined;
  }

  /** The route of a topic in one source; null when it has it not. */
  routeIn(sourceId: string, topic: string): Route<S> | null {
    const known = this.#perSource.get(sourceId);
    if (known) return known.route(topic);
    const router = new TopicRouter(this.#sources.filter(({ definition }) => definition.id === sourceId));
    this.#perSource.set(sourceId, router);
    return router.route(topic);
  }

  route(topic: string, brokerId: string | undefined): Route<S> | null {
    if (brokerId === undefined || !this.#perBroker) return this.#all.route(topic);
    const known = this.#perBroker.get(brokerId);
    if (known) return known.route(topic);
    const own = this.#sources.filter(({ definition: { broker } }) => broker === undefined || broker === brokerId);
    const router = new TopicRouter(own);
    this.#perBroker.set(brokerId, router);
    return router.route(topic);
  }
}
