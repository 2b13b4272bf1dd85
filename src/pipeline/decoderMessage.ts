import type { InboundMessage } from '../ports/broker.ts';

/** What the decoder needs of a message. */
export type DecoderMessage = Pick<
  InboundMessage,
  'topic' | 'payload' | 'receivedAt' | 'brokerId' | 'sourceId' | 'historical'
> &
  Partial<Pick<InboundMessage, 'retain' | 'qos'>>;
