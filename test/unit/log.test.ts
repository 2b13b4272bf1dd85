import { describe, expect, it } from 'vitest';
import { TemporaryDeliveryError } from '../../src/adapters/desk/errors.ts';
import { UnavailableError } from '../../src/errors.ts';
import { recordLog } from '../support/recordLog.ts';

function refused(): Error {
  const fields = { code: 'ECONNREFUSED', syscall: 'connect', address: '127.0.0.1', port: 5432 };
  return Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), fields);
}

describe('what the log says of a server that is away', () => {
  it('is message and code, once, and no stack', () => {
    const { log, lines } = recordLog();
    log.warn({ err: new UnavailableError('database', refused()) }, 'states not saved');
    expect(lines[0]!.err).toEqual({
      type: 'UnavailableError',
      message: 'the database does not answer: connect ECONNREFUSED 127.0.0.1:5432',
      code: 'ECONNREFUSED',
      part: 'database',
    });
  });

  it('is a warning the first time, and repeated at debug; anything else warns each time', () => {
    const { log, lines } = recordLog();
    for (let i = 0; i < 3; i++) log.warn({ err: new UnavailableError('database', refused()) }, 'states not saved');
    log.warn({ err: refused() }, 'assets not read');
    for (let i = 0; i < 2; i++) log.warn({ err: new TemporaryDeliveryError('desk answered 500') }, 'delivery failed');
    for (let i = 0; i < 2; i++) log.warn({ err: new Error('a defect') }, 'states not saved');
    expect(lines.map(({ level }) => level)).toEqual([40, 20, 20, 40, 40, 20, 40, 40]);
  });
});

describe('what the log says of other errors', () => {
  it('has the stack, and the causes that the message does not have already', () => {
    const { log, lines } = recordLog();
    log.warn({ err: new Error('not written', { cause: new Error('disk full') }) }, 'trouble');
    expect(lines[0]!.err).toMatchObject({
      message: 'not written: disk full',
      stack: expect.stringContaining('log.test.ts'),
    });
  });
});
