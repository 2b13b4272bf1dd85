import { afterEach, describe, expect, it } from 'vitest';
import { createExpressions } from '../../../../src/adapters/expressions/index.ts';
import type { Expressions } from '../../../../src/ports/expressions.ts';

let open: Expressions[] = [];
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});

function expressions(limits: Parameters<typeof createExpressions>[0] = {}): Expressions {
  const made = createExpressions(limits);
  open.push(made);
  return made;
}

const evaluate = (on: Expressions, expression: string, input: unknown = {}, bindings = {}) =>
  on.evaluate({ expression, input, bindings });

describe('expressions', () => {
  it('give JSON of the payload and of what is bound', async () => {
    const on = expressions();
    const result = await evaluate(
      on,
      '{"values": {"t": temp * 2}, "subject": $levels[1]}',
      { temp: 2 },
      { levels: ['a', 'b'] },
    );
    expect(result).toEqual({ json: '{"values":{"t":4},"subject":"b"}' });
    expect(await evaluate(on, 'nothing')).toEqual({ json: undefined });
  });

  it('say what failed, and go on', async () => {
    const on = expressions();
    expect(await evaluate(on, '$number(temp)', { temp: 'x' })).toMatchObject({
      failure: expect.stringContaining('number'),
    });
    expect(await evaluate(on, '1')).toEqual({ json: '1' });
  });

  it.each([
    ['calls itself without end', '($f := function($x) { $f($x + 1) }; $f(1))'],
    ['descends without end', '($f := function($x) { 1 + $f($x + 1) }; $f(1))'],
    ['makes too long a sequence', '[1..9000000].{"a": $}'],
  ])('end what %s, and do the rest', async (_, hostile) => {
    const on = expressions({ timeout: 200 });
    const results = await Promise.all([evaluate(on, '1'), evaluate(on, hostile), evaluate(on, '2')]);
    expect(results).toEqual([{ json: '1' }, { failure: expect.any(String) }, { json: '2' }]);
  });

  it('end a regular expression that backtracks without end, and do the rest', async () => {
    const on = expressions({ timeout: 200 });
    const input = { text: `${'a'.repeat(60)}!` };
    const results = await Promise.all([
      evaluate(on, '$contains(text, /^(a+)+$/)', input),
      evaluate(on, 'text', { text: 'next' }),
    ]);
    expect(results).toEqual([{ failure: expect.stringContaining('600 ms') }, { json: '"next"' }]);
  });

  it('end what asks for too much memory, and do the rest', async () => {
    const on = expressions({ memoryMb: 32, timeout: 20_000 });
    const grow = '($f := function($x, $n) { $n = 0 ? $x : $f($append($x, $x), $n - 1) }; $f([1..1000], 40))';
    const results = await Promise.all([evaluate(on, grow), evaluate(on, '3')]);
    expect(results).toEqual([{ failure: expect.any(String) }, { json: '3' }]);
  });

  it('refuse a result that is too large', async () => {
    const on = expressions();
    const result = await evaluate(on, '$pad("x", 5000000)');
    expect(result).toMatchObject({ failure: expect.stringContaining('characters') });
  });

  it('reject what is under way when they are closed, and what comes after', async () => {
    const on = expressions();
    const underWay = evaluate(on, '1');
    const closing = on.close();
    await expect(underWay).rejects.toThrow('no longer');
    await closing;
    await expect(evaluate(on, '1')).rejects.toThrow('no longer');
  });
});
