import { rebirthCommand } from '../codecs/sparkplug/command.ts';
import { NAMESPACE, parseTopic } from '../codecs/sparkplug/topic.ts';
import { type SourceDefinition, SPARKPLUG_DEFAULTS } from '../domain/source.ts';
import type { Log } from '../log.ts';
import type { DecoderMessage } from '../pipeline/decoderMessage.ts';
import type { Freed, Handling, Heard, SessionFigures, SessionKeeper } from '../pipeline/sessions.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostLink } from '../ports/hostLink.ts';
import { EdgeNodes, type RebirthRequest } from './edgeNodes.ts';
import type { RoomBounds } from './waitingRoom.ts';

/** How often it is looked what is due: short against the shortest timeout that makes sense. */
const LOOK_EVERY = 100;

export interface SparkplugHostParts {
  readonly sources: readonly SourceDefinition[];
  /** Over all sources. */
  readonly bounds: RoomBounds;
  /** The connections of a source, by the broker; each may serve several sources. */
  readonly links: (source: SourceDefinition) => ReadonlyMap<string | undefined, HostLink>;
  readonly clock: Clock;
  readonly log: Log;
  readonly random?: () => number;
}

interface Hosted {
  readonly edges: EdgeNodes;
  readonly links: ReadonlyMap<string | undefined, HostLink>;
}

/** Fettle as a host application of Sparkplug B: the edge nodes of its sources, and what is said to them. */
export class SparkplugHost implements SessionKeeper {
  readonly #hosted: ReadonlyMap<string, Hosted>;
  readonly #links: ReadonlySet<HostLink>;
  readonly #clock: Clock;
  readonly #log: Log;
  #free: ((freed: readonly Freed[]) => void) | undefined;
  #stopLooking: (() => void) | undefined;

  constructor({ sources, bounds, links, clock, log, random = Math.random }: SparkplugHostParts) {
    const part = { messages: Math.ceil(bounds.messages / sources.length), bytes: bounds.bytes / sources.length };
    this.#hosted = new Map(
      sources.map((source) => {
        const options = source.sparkplug ?? SPARKPLUG_DEFAULTS;
        const edges = new EdgeNodes({ options, bounds: part, elapsed: () => clock.elapsed(), random });
        return [source.id, { edges, links: links(source) }];
      }),
    );
    this.#links = new Set([...this.#hosted.values()].flatMap((hosted) => [...hosted.links.values()]));
    this.#clock = clock;
    this.#log = log;
  }

  hear(sourceId: string, message: DecoderMessage, how: Handling): Heard | undefined {
    return this.#hosted.get(sourceId)?.edges.hear(message, how);
  }

  isOfProtocol(topic: string): boolean {
    if (!topic.startsWith(NAMESPACE)) return false;
    const parsed = parseTopic(topic);
    return parsed === 'state' || parsed?.type === 'NCMD' || parsed?.type === 'DCMD';
  }

  figures(): ReadonlyMap<string, SessionFigures> {
    return new Map([...this.#hosted].map(([sourceId, { edges }]) => [sourceId, edges.figures]));
  }

  start(free: (freed: readonly Freed[]) => void): void {
    this.#free = free;
    this.#stopLooking = this.#clock.every(LOOK_EVERY, () => this.#look());
  }

  listening(listening: boolean): void {
    for (const link of this.#links) link.setOnline(listening);
  }

  async stop(): Promise<void> {
    this.#stopLooking?.();
    await Promise.all([...this.#links].map((link) => link.close()));
    for (const { edges } of this.#hosted.values()) this.#free?.(edges.giveUp());
  }

  #look(): void {
    for (const [sourceId, { edges, links }] of this.#hosted) {
      const { freed, requests } = edges.tick((request) => this.#ask(request, links));
      this.#free?.(freed);
      if (requests.length > 0) this.#tell(sourceId, requests);
    }
  }

  #ask(request: RebirthRequest, links: Hosted['links']): boolean {
    const link = links.get(request.brokerId) ?? (links.size === 1 ? [...links.values()][0] : undefined);
    const { topic, payload } = rebirthCommand(request, this.#clock.now());
    return link?.send(topic, payload) ?? false;
  }

  #tell(sourceId: string, requests: readonly RebirthRequest[]): void {
    const [{ group, node, reason }] = requests as [RebirthRequest];
    const about = { source: sourceId, nodes: requests.length, first: `${group}/${node}`, reason };
    this.#log.info(about, 'edge nodes were asked for a rebirth');
  }
}
