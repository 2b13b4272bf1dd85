/** Codes that stand in place of a protocol version in the first packet of a connection. */
const CANCEL_REQUEST = 80877102;
const SSL_REQUEST = 80877103;
const GSS_REQUEST = 80877104;
const PROTOCOL_3 = 3;

/** PGlite holds the message, its rows and its answer in one 32-bit memory; BullMQ and Fettle stay far below this. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const MAX_STARTUP_BYTES = 10_000;

/** What the first packets of a connection ask for. */
export type StartupRequest = 'start' | 'encrypt' | 'cancel' | 'unsupported';

export function startupRequest(packet: Buffer): StartupRequest {
  const code = packet.length < 8 ? 0 : packet.readInt32BE(4);
  if (code === SSL_REQUEST || code === GSS_REQUEST) return 'encrypt';
  if (code === CANCEL_REQUEST) return 'cancel';
  return code >> 16 === PROTOCOL_3 ? 'start' : 'unsupported';
}

/** The client sent something that is no PostgreSQL protocol, or a message over the limit. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/** Cuts a byte stream into whole protocol messages, header included. */
export class MessageReader {
  #chunks: Buffer[] = [];
  #available = 0;
  #needed = 0;

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#available += chunk.length;
  }

  /** The next whole message, undefined until it is there. Startup packets have no type byte before their length. */
  next(kind: 'startup' | 'typed'): Buffer | undefined {
    const lengthAt = kind === 'typed' ? 1 : 0;
    if (this.#available < Math.max(this.#needed, lengthAt + 4)) return undefined;
    const bytes = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    const length = bytes.readInt32BE(lengthAt);
    const limit = kind === 'typed' ? MAX_MESSAGE_BYTES : MAX_STARTUP_BYTES;
    if (length < 4 || length > limit) throw new ProtocolError(`message of ${length} bytes; 4 to ${limit} are taken`);
    const end = lengthAt + length;
    this.#needed = bytes.length < end ? end : 0;
    this.#chunks = this.#needed > 0 ? [bytes] : [bytes.subarray(end)];
    if (this.#needed > 0) return undefined;
    this.#available -= end;
    return bytes.subarray(0, end);
  }
}

/** Query, Sync, FunctionCall and Flush are what a client waits for an answer after. */
const UNIT_ENDS = new Set(['Q', 'S', 'F', 'H'].map((type) => type.charCodeAt(0)));
const TERMINATE = 'X'.charCodeAt(0);
const PASSWORD = 'p'.charCodeAt(0);

export function endsUnit(message: Buffer): boolean {
  return UNIT_ENDS.has(message[0]!);
}

export function isTerminate(message: Buffer): boolean {
  return message[0] === TERMINATE;
}

/** The password of a PasswordMessage, undefined when it is another message. */
export function passwordOf(message: Buffer): Buffer | undefined {
  return message[0] === PASSWORD ? message.subarray(5, -1) : undefined;
}

/** I idle, T in a transaction, E in a failed one. */
export type TransactionStatus = 'I' | 'T' | 'E';

/** What the server answered to a unit, taken apart. */
export interface Answer {
  /** For the client that sent the unit. */
  readonly reply: Buffer;
  /** NotificationResponses, for everybody who listens. */
  readonly notifications: Buffer[];
  /** Of the last ReadyForQuery; undefined when there was none (after Flush). */
  readonly status?: TransactionStatus;
  /** The unit executed a LISTEN. */
  readonly listens: boolean;
}

const READY_FOR_QUERY = 'Z'.charCodeAt(0);
const NOTIFICATION = 'A'.charCodeAt(0);
const COMMAND_COMPLETE = 'C'.charCodeAt(0);
const LISTEN_TAG = Buffer.from('LISTEN\0');

/** Takes the whole output of one unit apart. */
export function readAnswer(output: Buffer): Answer {
  const replies: Buffer[] = [];
  const notifications: Buffer[] = [];
  let status: TransactionStatus | undefined;
  let listens = false;
  let replyFrom = 0;
  let at = 0;
  while (at < output.length) {
    const end = at + 1 + output.readInt32BE(at + 1);
    const type = output[at];
    if (type === READY_FOR_QUERY) status = String.fromCharCode(output[at + 5]!) as TransactionStatus;
    else if (type === COMMAND_COMPLETE) listens ||= output.subarray(at + 5, end).equals(LISTEN_TAG);
    else if (type === NOTIFICATION) {
      replies.push(output.subarray(replyFrom, at));
      notifications.push(output.subarray(at, end));
      replyFrom = end;
    }
    at = end;
  }
  replies.push(output.subarray(replyFrom));
  const reply = replies.length === 1 ? replies[0]! : Buffer.concat(replies);
  return { reply, notifications, listens, ...(status ? { status } : {}) };
}

function message(type: string, body: Buffer): Buffer {
  const bytes = Buffer.alloc(5 + body.length);
  bytes.write(type, 0, 'latin1');
  bytes.writeInt32BE(4 + body.length, 1);
  body.copy(bytes, 5);
  return bytes;
}

function strings(...values: string[]): Buffer {
  return Buffer.from(values.map((value) => `${value}\0`).join(''));
}

function int32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeInt32BE(value, 4 * index);
  return bytes;
}

/** Answer to a request for encryption. */
export const ENCRYPTION_REFUSED = Buffer.from('N');
export const ASK_FOR_PASSWORD = message('R', int32(3));
export const SYNC = message('S', Buffer.alloc(0));

export function simpleQuery(sql: string): Buffer {
  return message('Q', strings(sql));
}

/** Everything a client waits for after its startup packet, up to ReadyForQuery. */
export function welcome(serverVersion: string, clientId: number): Buffer {
  const parameters = {
    server_version: serverVersion,
    server_encoding: 'UTF8',
    client_encoding: 'UTF8',
    DateStyle: 'ISO, MDY',
    TimeZone: 'UTC',
    integer_datetimes: 'on',
    standard_conforming_strings: 'on',
  };
  return Buffer.concat([
    message('R', int32(0)),
    ...Object.entries(parameters).map(([name, value]) => message('S', strings(name, value))),
    message('K', int32(clientId, 0)),
    message('Z', Buffer.from('I')),
  ]);
}

/** An ErrorResponse after which the server hangs up. `code` is an SQLSTATE. */
export function fatalError(code: string, text: string): Buffer {
  return message('E', Buffer.concat([strings('SFATAL', 'VFATAL', `C${code}`, `M${text}`), Buffer.from([0])]));
}
