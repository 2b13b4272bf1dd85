/** Topics on which devices, or their broker for them by a last will, say whether they have their connection. */
export interface PresenceDefinition {
  readonly id: string;
  /** Topic template, as of a source. */
  readonly topic: string;
  /** Id of the broker whose messages are meant; all brokers' when absent. */
  readonly broker?: string;
  /** Where the word is in a JSON payload, such as `state` or `device.status`; absent: the payload is the word. */
  readonly field?: string;
  /** Words, or numbers and booleans as text, whatever their case. */
  readonly online: readonly string[];
  readonly offline: readonly string[];
  /** Words that say nothing of the connection. */
  readonly ignore: readonly string[];
  /** Where the time is in a JSON payload; absent, or not there: the receipt. */
  readonly timeField?: string;
}
