import { setTimeout as delay } from 'node:timers/promises';
import { type Cohort, cohortOf, type Message, type Plan } from './messages.ts';
import { Pace } from './pace.ts';
import type { OnAcknowledged, Sender } from './sender.ts';

const TURN = 50;

/** The fleet that reports: cohort after cohort, each through the same gateways. */
export class Devices {
  /** Cohorts begun. */
  cohorts = 0;
  /** Numbers of acknowledged messages. */
  readonly acknowledged = new Set<number>();
  readonly #plan: Plan;
  readonly #limit: number;
  readonly #pace: Pace;
  readonly #gateways: readonly Sender[];
  readonly #size: number;
  #timer: NodeJS.Timeout | undefined;

  /** @param rate messages a second; @param limit of cohorts. */
  constructor(
    plan: Plan,
    newGateway: (at: number, pace: Pace, onAcknowledged: OnAcknowledged) => Sender,
    rate: number,
    limit: number,
  ) {
    this.#plan = plan;
    this.#limit = limit;
    this.#pace = new Pace(rate / plan.gateways);
    this.#size = plan.assets * plan.steps;
    const onAcknowledged = ({ n }: Message) => void this.acknowledged.add(n);
    this.#gateways = Array.from({ length: plan.gateways }, (_, at) => newGateway(at, this.#pace, onAcknowledged));
  }

  begin(): void {
    this.#feed();
    this.#timer = setInterval(() => this.#feed(), TURN);
  }

  /** Messages sent, repetitions included. */
  get published(): number {
    return this.#gateways.reduce((sum, { published }) => sum + published, 0);
  }

  get acknowledgements(): number {
    return this.#gateways.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  }

  get waiting(): number {
    return this.#gateways.reduce((sum, { waiting }) => sum + waiting, 0);
  }

  /** Sends the rest of what was begun, as fast as it is taken; false when there is no progress for `patience`. */
  async finish(patience: number, signal?: AbortSignal): Promise<boolean> {
    clearInterval(this.#timer);
    this.#pace.lift();
    let progress = Date.now();
    let before = this.waiting;
    while (this.waiting > 0) {
      await delay(TURN, undefined, { signal });
      if (this.waiting !== before) progress = Date.now();
      before = this.waiting;
      if (Date.now() - progress > patience) return false;
    }
    return true;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#gateways.map((gateway) => gateway.close()));
  }

  #feed(): void {
    if (this.cohorts >= this.#limit || this.waiting > this.#size / 4) return;
    const { asSent }: Cohort = cohortOf(this.#plan, this.cohorts++);
    for (const [at, gateway] of this.#gateways.entries()) gateway.offer(asSent[at]!);
  }
}
