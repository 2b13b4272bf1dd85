import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { MqttClient } from 'mqtt';
import type { Machine } from './machines/machine.ts';
import { connectPublisher, endPublisher, publishSurely, type SimulatorLog, Window } from './publisher.ts';
import { scenarioMachine } from './scenarioFleet.ts';
import { type Scenario, span } from './scenarioSchema.ts';

export interface FleetOptions {
  readonly mqttUrl: string;
  readonly scenario: Scenario;
  /**
   * Epoch ms at which the simulation begins: the one offset between the scenario's time and the world's. It must be
   * the same after a restart.
   */
  readonly startTime: number;
  /** Simulated time up to which everything was published before; what follows is published. */
  readonly resumeFrom?: number;
  /** Simulated time per real time while the past is replayed; acknowledgements may slow it down further. */
  readonly speed: number;
  readonly username?: string;
  readonly password?: string;
  /** Certificates (PEM) to trust, for a broker with a private authority. */
  readonly ca?: string;
  /** Messages published and not yet acknowledged, over the whole fleet. Default 400. */
  readonly maxInFlight?: number;
  /** Called after each instant that was acknowledged as a whole. */
  readonly onProgress?: (status: FleetStatus) => void;
  readonly log?: SimulatorLog;
  /** Default: the wall clock. */
  readonly now?: () => number;
}

export interface FleetStatus {
  /** Everything up to here (epoch ms) is acknowledged: where to resume from. */
  readonly simTime: number;
  readonly published: number;
  readonly acknowledged: number;
  /** The past is caught up with; the fleet goes on in real time. */
  readonly live: boolean;
}

export interface Fleet {
  status(): FleetStatus;
  /** Stops publishing, waits up to a second for acknowledgements and disconnects. Takes less than two seconds. */
  stop(): Promise<void>;
}

interface Device {
  readonly machine: Machine;
  readonly topic: string;
  readonly client: MqttClient;
  readonly reportsFrom: number;
}

/** How long {@link Fleet.stop} waits for open acknowledgements. */
const STOP_GRACE = 1000;

/**
 * Starts a scenario's assets as MQTT devices, one connection each, QoS 1, topic `fettle/{site}/{asset}/telemetry`,
 * payload `{"ts": <epoch ms>, "values": {…}}`. They report a past of `startTime` to now in accelerated time and then go
 * on at the pace of the clock; no stamp lies in the future.
 */
export function startFleet(options: FleetOptions): Fleet {
  return new RunningFleet(options);
}

class RunningFleet implements Fleet {
  readonly #options: FleetOptions;
  readonly #devices: readonly Device[];
  readonly #window: Window;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  readonly #instants: { readonly time: number; open: number }[] = [];
  #simTime: number;
  #published = 0;
  #acknowledged = 0;
  #live = false;
  #stopped: Promise<void> | undefined;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#simTime = options.resumeFrom ?? options.startTime;
    this.#window = new Window(options.maxInFlight ?? 400);
    this.#devices = options.scenario.assets.map((asset) => connectDevice(options, asset));
    this.#running = this.#run();
  }

  status(): FleetStatus {
    return {
      simTime: this.#simTime,
      published: this.#published,
      acknowledged: this.#acknowledged,
      live: this.#live,
    };
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#window.empty(AbortSignal.timeout(STOP_GRACE));
    const acknowledged = this.#window.open === 0;
    await Promise.all(this.#devices.map((device) => endPublisher(device.client, acknowledged)));
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const begin = this.#simTime;
    await this.#fastForward(begin);
    const now = this.#options.now ?? Date.now;
    const began = now();
    for (let time = this.#after(begin, now()); !signal.aborted; time = this.#after(time, now())) {
      const paced = this.#live ? time : Math.max(began + (time - begin) / this.#options.speed, time);
      await pause(paced - now(), signal);
      await this.#publish(time);
    }
  }

  /** Moves the machines on without a word; lets others run in between. */
  async #fastForward(time: number): Promise<void> {
    for (const { machine } of this.#devices) {
      if (this.#stopping.signal.aborted) return;
      machine.advance(time);
      await nextTurn();
    }
  }

  /** The next instant to report; instants lie on a grid from the start, so that a restart repeats the same ones. */
  #after(time: number, now: number): number {
    const { scenario, startTime } = this.#options;
    const coarse = span(scenario.samplePeriod);
    const next = nextOnGrid(time, startTime, coarse);
    this.#live = next > now;
    return this.#live ? nextOnGrid(time, startTime, span(scenario.livePeriod)) : next;
  }

  async #publish(time: number): Promise<void> {
    const { signal } = this.#stopping;
    const instant = { time, open: 1 };
    this.#instants.push(instant);
    for (const device of this.#devices) {
      await this.#window.room(signal);
      if (signal.aborted) return;
      device.machine.advance(time);
      if (time >= device.reportsFrom) this.#send(device, instant);
    }
    this.#settle(instant);
  }

  #send(device: Device, instant: { readonly time: number; open: number }): void {
    const payload = JSON.stringify({ ts: instant.time, values: device.machine.values() });
    instant.open++;
    this.#published++;
    this.#window.take();
    publishSurely(device.client, device.topic, payload, this.#stopping.signal, (acknowledged) => {
      this.#window.release();
      if (!acknowledged) return;
      this.#acknowledged++;
      this.#settle(instant);
    });
  }

  /** Counts one part of an instant as done and moves the acknowledged time over all whole instants. */
  #settle(instant: { open: number }): void {
    instant.open--;
    let moved = false;
    for (let first = this.#instants[0]; first && first.open === 0; first = this.#instants[0]) {
      this.#simTime = first.time;
      this.#instants.shift();
      moved = true;
    }
    if (moved) this.#options.onProgress?.(this.status());
  }
}

function connectDevice(options: FleetOptions, asset: Scenario['assets'][number]): Device {
  return {
    machine: scenarioMachine(options.scenario, asset, options.startTime),
    topic: `fettle/${asset.site}/${asset.id}/telemetry`,
    client: connectPublisher({ ...options, clientId: asset.id }),
    reportsFrom: options.startTime + span(asset.connected ?? '0s'),
  };
}

/** The first point after `time` that lies a multiple of `period` after `origin`. */
function nextOnGrid(time: number, origin: number, period: number): number {
  return origin + (Math.floor((time - origin) / period) + 1) * period;
}

async function pause(duration: number, signal: AbortSignal): Promise<void> {
  if (duration <= 0) return;
  try {
    await sleep(duration, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
