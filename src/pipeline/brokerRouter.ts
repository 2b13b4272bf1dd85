import { type Routable, type Route, TopicRouter } from './topicRouter.ts';

/** A source, and the broker it is meant for; every broker when absent. */
interface BrokerRoutable extends Routable {
  readonly definition: { readonly broker?: string };
}

/** Finds the source of a topic among those that are meant for the broker that brought the message. */
export class BrokerRouter<S extends BrokerRoutable> {
  readonly #sources: readonly S[];
  /** For what no particular broker brought, and for every broker while no source names one. */
  readonly #all: TopicRouter<S>;
  readonly #perBroker: Map<string, TopicRouter<S>> | undefined;

  constructor(sources: readonly S[]) {
    this.#sources = sources;
    this.#all = new TopicRouter(sources);
    this.#perBroker = sources.some(({ definition }) => definition.broker !== undefined) ? new Map() : undefined;
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
