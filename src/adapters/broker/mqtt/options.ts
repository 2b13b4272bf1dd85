import { type PeerCertificate, checkServerIdentity as tlsCheck } from 'node:tls';
import type { IClientOptions } from 'mqtt';
import { DAY, type Duration, SECOND } from '../../../domain/time.ts';
import type { Log } from '../../../log.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { UnsettledBounds } from '../unsettled.ts';
import { type CredentialFiles, type Credentials, readCredentials } from './credentials.ts';

export interface MqttBrokerOptions extends UnsettledBounds, CredentialFiles {
  /** Names the broker where there are several; `main` by default. */
  readonly id?: string;
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`. */
  readonly url: string;
  /** Names the session at the broker: stable over restarts, and no other client's. */
  readonly clientId: string;
  /** Topic filters, subscribed with QoS 1. None: an existing session is taken over as it is, to `leave` it. */
  readonly subscriptions: readonly string[];
  /** Subscribes as `$share/<group>/<filter>`, so that the clients of a group get each message once between them. */
  readonly shareGroup?: string;
  /** 4 is MQTT 3.1.1. */
  readonly protocolVersion: 4 | 5;
  /** Seconds, 60 by default. */
  readonly keepalive?: number;
  readonly username?: string | undefined;
  /** Or in `passwordFile`. */
  readonly password?: string | undefined;
  /** MQTT 5: how long the broker keeps the session while Fettle is away; 7 days by default. */
  readonly sessionExpiry?: Duration;
  /** How long the broker may take to accept a connection; 20 s by default. */
  readonly connectTimeout?: Duration;
  /** Whether the broker's own drop counters (`$SYS`) are read, on a second connection. */
  readonly watchDrops?: boolean;
  readonly log: Log;
  readonly clock: Clock;
}

const SCHEMES = ['mqtt:', 'mqtts:', 'ws:', 'wss:'];
const SHARE_GROUP = /^[^\s/+#]+$/;
export const CONNECT_TIMEOUT: Duration = 20 * SECOND;
const MAX_KEEPALIVE_SECONDS = 0xffff;
const MAX_RECEIVE_MAXIMUM = 0xffff;
const MAX_SESSION_EXPIRY_SECONDS = 0xffffffff;

export const DEFAULT_KEEPALIVE_SECONDS = 60;

/** Throws an error that names the option and what would be valid. */
export function checkOptions(options: MqttBrokerOptions): void {
  const { url, clientId, shareGroup, keepalive } = options;
  const scheme = URL.canParse(url) ? new URL(url).protocol : undefined;
  if (!scheme || !SCHEMES.includes(scheme)) {
    throw new Error(`broker url must be like mqtt://host:1883 with one of ${SCHEMES.join(' ')}, not "${url}"`);
  }
  if (clientId === '')
    throw new Error('broker client id must not be empty: the session at the broker is kept under it');
  if (shareGroup !== undefined && !SHARE_GROUP.test(shareGroup)) {
    throw new Error(`broker share group must be a name without / + # and spaces, not "${shareGroup}"`);
  }
  if (keepalive !== undefined && !(keepalive >= 1 && keepalive <= MAX_KEEPALIVE_SECONDS)) {
    throw new Error(`broker keepalive must be 1 to ${MAX_KEEPALIVE_SECONDS} seconds, not ${keepalive}`);
  }
  readCredentials(options);
}

/** Host and port without credentials, for people. */
export function addressOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

/** The filters as they are subscribed. */
export function sharedFilters(filters: readonly string[], { shareGroup }: MqttBrokerOptions): string[] {
  return shareGroup === undefined ? [...filters] : filters.map((filter) => `$share/${shareGroup}/${filter}`);
}

/** Sees the certificate of a broker that TLS trusts. */
export type SeeCertificate = (certificate: PeerCertificate) => void;

/**
 * What MQTT.js is given: one connection, no reconnecting or subscribing by itself. Throws when a file with credentials
 * can not be read.
 */
export function clientOptions(
  options: MqttBrokerOptions,
  credentials: Credentials,
  see: SeeCertificate = () => undefined,
): IClientOptions {
  const { username, password, ...tls } = { username: options.username, password: options.password, ...credentials };
  const checkServerIdentity = (host: string, certificate: PeerCertificate): Error | undefined => {
    see(certificate);
    return tlsCheck(host, certificate);
  };
  // Handed on to TLS as it is: with mqtts from here, with wss from wsOptions.
  const identity: object = { checkServerIdentity };
  return {
    clientId: options.clientId,
    clean: false,
    protocolVersion: options.protocolVersion,
    keepalive: options.keepalive ?? DEFAULT_KEEPALIVE_SECONDS,
    reconnectPeriod: 0,
    resubscribe: false,
    connectTimeout: options.connectTimeout ?? CONNECT_TIMEOUT,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...tls,
    ...identity,
    wsOptions: identity,
    ...(options.protocolVersion === 5 && { properties: sessionProperties(options) }),
  };
}

function sessionProperties(options: MqttBrokerOptions): IClientOptions['properties'] {
  const expiry = Math.ceil((options.sessionExpiry ?? 7 * DAY) / SECOND);
  return {
    sessionExpiryInterval: Math.min(expiry, MAX_SESSION_EXPIRY_SECONDS),
    receiveMaximum: Math.max(1, Math.min(options.maxUnsettledMessages, MAX_RECEIVE_MAXIMUM)),
  };
}
