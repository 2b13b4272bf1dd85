import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';

/** More of an answer is not read, unless the request says otherwise. */
const ANSWER_BYTES = 64 * 1024;

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly lookup?: LookupFunction;
  readonly signal: AbortSignal;
  /** Bytes of the answer that are read at most; 64 KiB when absent. */
  readonly limit?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** At most as long as the request allows. */
  readonly text: string;
  /** False when the answer was longer than that, or broke off. */
  readonly complete: boolean;
}

/** One request over a connection of its own; follows no redirect. Rejects when no status line came. */
export async function exchange(sent: Request): Promise<Answer> {
  const { method, url, headers, body, lookup, signal, limit = ANSWER_BYTES } = sent;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method,
      headers: { ...headers, ...(body && { 'Content-Length': String(body.length) }) },
      agent: false,
      signal,
      ...(lookup && { lookup }),
    });
    request.on('response', resolve);
    request.on('error', reject);
    request.end(body);
  });
  const { text, complete } = await readAnswer(response, limit);
  return { status: response.statusCode ?? 0, headers: response.headers, text, complete };
}

/** An answer that breaks off still has its status, which says what became of the delivery. */
async function readAnswer(response: IncomingMessage, limit: number): Promise<{ text: string; complete: boolean }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > limit) break;
    }
  } catch {
    return { text: textOf(chunks, limit), complete: false };
  }
  return { text: textOf(chunks, limit), complete: bytes <= limit };
}

function textOf(chunks: readonly Buffer[], limit: number): string {
  return Buffer.concat(chunks).subarray(0, limit).toString('utf8');
}
