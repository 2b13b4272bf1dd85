import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import { Unreadable } from '../codecs/unreadable.ts';
import { inflateZstd } from '../codecs/zstd.ts';
import { ProblemError } from './errors.ts';

/** The body without its Content-Encoding (RFC 9110, section 8.4; zstd is RFC 8878): at most `limit` bytes, packed and unpacked. */
export async function unpack(request: Pick<FastifyRequest, 'body' | 'headers'>, limit: number): Promise<Buffer> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const coding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (body.length > limit) throw tooLarge(limit);
  if (coding === 'identity' || coding === '') return body;
  if (coding === 'zstd') return ofZstd(body, limit);
  const unpackIt = UNPACKERS.get(coding);
  if (!unpackIt) {
    const detail = `Content-Encoding ${coding} is unknown; send gzip, deflate or zstd.`;
    throw new ProblemError('unsupported-media-type', detail);
  }
  try {
    return await unpackIt(body, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit);
    throw malformed(coding, (error as Error).message, error);
  }
}

const UNPACKERS = new Map([
  ['gzip', promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)],
  ['x-gzip', promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)],
  ['deflate', promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate)],
]);

function ofZstd(body: Buffer, limit: number): Buffer {
  const content = inflateZstd(body, limit);
  if (!(content instanceof Unreadable)) return content;
  const { reason, detail } = content.refusal;
  throw reason === 'payload-too-large' ? tooLarge(limit) : malformed('zstd', detail);
}

function malformed(coding: string, detail: string, cause?: unknown): ProblemError {
  return new ProblemError('malformed-request', `The body is not of Content-Encoding ${coding}: ${detail}.`, { cause });
}

function tooLarge(limit: number): ProblemError {
  return new ProblemError('payload-too-large', `The source takes ${limit} bytes (maxPayloadBytes).`);
}
