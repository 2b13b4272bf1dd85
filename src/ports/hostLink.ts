/**
 * The connection under which Fettle speaks as a host application of Sparkplug: it says that it is there (STATE, with a
 * will that says when it is not), and sends commands. It takes no telemetry.
 */
export interface HostLink {
  /** Connects, keeps connected and says that the host is online; or says that it is offline, and disconnects. */
  setOnline(online: boolean): void;
  /** QoS 0, as commands are. False when there is no connection: it is not sent later. */
  send(topic: string, payload: Uint8Array): boolean;
  /** As `setOnline(false)`; resolves when that is done. */
  close(): Promise<void>;
}
