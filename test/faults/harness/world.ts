import type { ApiClient } from '../../support/apiClient.ts';
import type { TcpProxy } from '../../support/tcpProxy.ts';
import type { Desk } from './desk.ts';
import type { Disk } from './disk.ts';
import type { Supervised } from './supervised.ts';

export const SETS = ['embedded', 'servers', 'cluster'] as const;
export type SetName = (typeof SETS)[number];

export type ServerName = 'broker' | 'store' | 'database' | 'queue';

/** A server beside Fettle, which keeps its port and its data when it is started again. */
export interface Server {
  /** Ends it as abruptly as it promises to survive. */
  end(): Promise<void>;
  /** Starts it again with what it had. */
  resume(): Promise<void>;
  /** Keeps its connections and says nothing, until `thaw`. */
  freeze(): void;
  thaw(): void;
}

/** One Fettle, with a network of its own to each server. */
export interface FettleNode {
  readonly process: Supervised;
  /** Of its API. */
  readonly url: string;
  readonly api: ApiClient;
  readonly links: Partial<Readonly<Record<ServerName, TcpProxy>>>;
  /** That of its data folder, where it can be filled. */
  readonly disk: Disk | undefined;
}

/** Fettle on a set of parts, started and ready. */
export interface PartSet {
  readonly nodes: readonly FettleNode[];
  readonly servers: Partial<Readonly<Record<ServerName, Server>>>;
  /** Where devices publish. */
  readonly mqttPort: number;
  /** Broker that other clients reach beside Fettle, and Fettle's client ids there. */
  readonly sessions?: { readonly url: string; readonly clientIds: readonly string[] };
  /** Makes the job queue's server forget everything. */
  readonly flushQueue?: () => Promise<void>;
  close(): Promise<void>;
}

export interface SetOptions {
  /** For everything it writes; removed by the caller. */
  readonly folder: string;
  readonly assets: readonly object[];
  /** Options of fettle.yaml. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** What faults are injected into. */
export interface World extends PartSet {
  readonly desk: Desk;
  /** Between the devices and where they publish. */
  readonly devices: TcpProxy;
}
