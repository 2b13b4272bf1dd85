import { expect, it } from 'vitest';
import { plainText } from '../../../src/adapters/desk/rest/plainText.ts';
import { timeOf } from '../../../src/adapters/desk/rest/times.ts';

it.each([
  ['<p>One &amp; two</p><p>three<br/>four</p>', 'One & two\nthree\nfour'],
  ['a\nb<style>p{}</style> &#228;&#x6C34; &unknown; 1 &lt; 2', 'a b ä水 &unknown; 1 < 2'],
  ['plain', 'plain'],
])('reads %s as text', (html, text) => {
  expect(plainText(html)).toBe(text);
});

it.each([
  ['2024-05-01T08:00:00Z', Date.UTC(2024, 4, 1, 8)],
  ['2024-05-01T08:00:00.250+0000', Date.UTC(2024, 4, 1, 8, 0, 0, 250)],
  ['2024-05-01T08:00:00+08:00', Date.UTC(2024, 4, 1, 0)],
  ['2024-05-01 08:00:00', Date.UTC(2024, 4, 1, 8)],
  ['yesterday', undefined],
  [undefined, undefined],
])('reads the time %s', (text, time) => {
  expect(timeOf(text)).toBe(time);
});
