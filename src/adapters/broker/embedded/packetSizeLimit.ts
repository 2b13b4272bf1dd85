/** The longest topic with its length field and the message id: what a PUBLISH may carry besides its payload. */
const PUBLISH_OVERHEAD = 2 + 0xffff + 2;

/**
 * Follows the packet borders in one connection's byte stream and tells when a packet announces more than is allowed,
 * before its bytes are collected: neither aedes nor its parser has a limit below the protocol's 256 MiB.
 */
export class PacketSizeLimit {
  readonly #limit: number;
  #inLength = false;
  #length = 0;
  #factor = 1;
  #bodyLeft = 0;

  constructor(maxPayloadBytes: number) {
    this.#limit = maxPayloadBytes + PUBLISH_OVERHEAD;
  }

  /** False when a packet whose header is in this chunk is too large. */
  accepts(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#bodyLeft > 0) {
        const skipped = Math.min(this.#bodyLeft, chunk.length - at);
        this.#bodyLeft -= skipped;
        at += skipped;
      } else if (!this.#readHeader(chunk[at++]!)) {
        return false;
      }
    }
    return true;
  }

  /** Takes one byte of the fixed header: first the packet type, then the remaining length in groups of seven bits. */
  #readHeader(byte: number): boolean {
    if (!this.#inLength) {
      this.#inLength = true;
      this.#length = 0;
      this.#factor = 1;
      return true;
    }
    this.#length += (byte & 0x7f) * this.#factor;
    this.#factor *= 0x80;
    if ((byte & 0x80) === 0) {
      this.#inLength = false;
      this.#bodyLeft = this.#length;
    }
    return this.#length <= this.#limit;
  }
}
