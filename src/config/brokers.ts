import { type Duration, SECOND } from '../domain/time.ts';
import type { Config } from './schema.ts';

/** Id of the broker of `mqtt.url`, and of the embedded one. */
export const MAIN_BROKER = 'main';

/** An outside broker, as configured. */
export interface OutsideBroker {
  readonly id: string;
  readonly url: string;
  readonly clientId: string;
  readonly protocolVersion: 4 | 5;
  /** Seconds. */
  readonly keepalive: number;
  readonly sessionExpiry: Duration;
  readonly watchDrops: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly passwordFile: string | undefined;
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
}

/** The outside brokers, the main one first; none when the embedded broker is used. */
export function outsideBrokers({ mqtt }: Pick<Config, 'mqtt'>): OutsideBroker[] {
  const { url, clientId, brokers } = mqtt;
  if (url === undefined) return [];
  return [
    outsideBroker({ ...mqtt, id: MAIN_BROKER, url, clientId }),
    ...brokers.map((broker) => outsideBroker({ ...broker, clientId: broker.clientId ?? clientId })),
  ];
}

type Written = Omit<Config['mqtt']['brokers'][number], 'clientId'> & { readonly clientId: string };

function outsideBroker(written: Written): OutsideBroker {
  const { username, password, passwordFile, caFile, certFile, keyFile, sessionExpiry, watchDrops } = written;
  return {
    id: written.id,
    url: written.url,
    clientId: written.clientId,
    protocolVersion: written.protocolVersion,
    keepalive: Math.max(1, Math.round(written.keepalive / SECOND)),
    sessionExpiry,
    watchDrops,
    username,
    password,
    passwordFile,
    caFile,
    certFile,
    keyFile,
  };
}

/** The topics that are read from a broker. */
export function topicsOf({ sources, presence }: Pick<Config, 'sources' | 'presence'>, brokerId: string): string[] {
  return [...sources, ...presence]
    .filter(({ broker }) => broker === undefined || broker === brokerId)
    .map(({ topic }) => topic);
}
