import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from './errors.ts';

/** The body without its Content-Encoding: at most `limit` bytes, packed and unpacked. */
export async function unpack(request: FastifyRequest, limit: number): Promise<Buffer> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const coding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (body.length > limit) throw tooLarge(limit);
  if (coding === 'identity' || coding === '') return body;
  const unpackIt = UNPACKERS.get(coding);
  if (!unpackIt)
    throw new ProblemError('unsupported-media-type', `Content-Encoding ${coding} is unknown; send gzip or deflate.`);
  try {
    return await unpackIt(body, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit);
    const detail = `The body is not of Content-Encoding ${coding}: ${(error as Error).message}.`;
    throw new ProblemError('malformed-request', detail, { cause: error });
  }
}

const UNPACKERS = new Map([
  ['gzip', promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)],
  ['x-gzip', promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)],
  ['deflate', promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate)],
]);

function tooLarge(limit: number): ProblemError {
  return new ProblemError('payload-too-large', `The source takes ${limit} bytes (maxPayloadBytes).`);
}
