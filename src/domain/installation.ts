import type { Timestamp } from './time.ts';

/** What there is at the moment, for whoever connects the first device. */
export interface Installation {
  readonly version: string;
  /** Registered assets. */
  readonly assets: number;
  /** Whether any of the first hundred assets was ever heard. */
  readonly heard: boolean;
  /** When the last of them was. */
  readonly lastReceivedAt?: Timestamp;
  readonly mqtt: {
    /** Without a login. */
    readonly url: string;
    /** It is the broker of Fettle itself, which only this machine reaches. */
    readonly embedded: boolean;
    /** Fettle itself logs in there. */
    readonly login: boolean;
  };
  /** In order of precedence. */
  readonly sources: readonly {
    readonly id: string;
    readonly topic: string;
    readonly codec: string;
    /** Model of assets that register themselves with their first message. */
    readonly autoRegister?: string;
  }[];
}
