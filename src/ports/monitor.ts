/** Somebody outside who misses the heartbeat when it stays away. */
export interface Monitor {
  /** Sends one heartbeat; rejects when the monitor did not take it. */
  beat(): Promise<void>;
  /** Gives up a heartbeat under way. */
  close(): Promise<void>;
}
