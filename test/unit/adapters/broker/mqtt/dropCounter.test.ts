import { expect, test } from 'vitest';
import { DropCounter } from '../../../../../src/adapters/broker/mqtt/dropCounter.ts';

test('knows nothing until a broker tells, and then what was dropped before as well', () => {
  const counter = new DropCounter();
  expect(counter.total).toBeUndefined();
  counter.take('a', '7');
  counter.take('a', '7');
  expect(counter.total).toBe(7);
});

test('goes on over a restart of the broker, whose count starts again', () => {
  const counter = new DropCounter();
  for (const count of ['7', '10', '2', '3']) counter.take('a', count);
  expect(counter.total).toBe(13);
});

test('adds up the nodes of a cluster, each with a count of its own', () => {
  const counter = new DropCounter();
  counter.take('a', '7');
  counter.take('b', '5');
  counter.take('a', '8');
  expect(counter.total).toBe(13);
});

test('passes over what is no count', () => {
  const counter = new DropCounter();
  for (const text of ['', ' ', 'many', '-1', 'NaN', 'Infinity']) counter.take('a', text);
  expect(counter.total).toBeUndefined();
});
