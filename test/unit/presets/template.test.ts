import { describe, expect, it } from 'vitest';
import { at, listAt, textAt } from '../../../src/presets/pointer.ts';
import { Templates, templateProblems } from '../../../src/presets/template.ts';

const templates = new Templates({ priority: { P1: '1 - Critical' } });

describe('templates', () => {
  it('put values into a body so that quoting can not break it', () => {
    const scope = { title: 'He said "no"\\\n{{ x }}', part: { number: 'A-1' } };
    const body = { fields: { summary: '{{ title }}', parts: ['{{ part.number }}', 7, null, true] } };
    expect(templates.renderAll(body, scope)).toEqual({
      fields: { summary: 'He said "no"\\\n{{ x }}', parts: ['A-1', 7, null, true] },
    });
  });

  it('leave keys that end in ? out where their value is empty, and render keys', () => {
    const body = { 'a?': '{{ none }}', 'b?': { 'c?': '' }, 'd?': [], e: '{{ none }}', 'cf_{{ id }}?': '{{ id }}' };
    expect(templates.renderAll(body, { id: '7' })).toEqual({ e: '', cf_7: '7' });
  });

  it('percent-encode values in paths and nothing else', () => {
    expect(templates.renderPath('/a/{{ id }}/b', { id: '../x?y=1 ü' })).toBe('/a/..%2Fx%3Fy%3D1%20%C3%BC/b');
  });

  it('leave out of queries what comes out empty', () => {
    expect(templates.renderMap({ a: '{{ x }}', b: '{{ y }}' }, { x: '1' })).toEqual([['a', '1']]);
  });

  it("know the desk's words", () => {
    expect(templates.render("{{ p | word: 'priority' }}|{{ q | word: 'priority' }}", { p: 'P1', q: 'P9' })).toBe(
      '1 - Critical|',
    );
  });

  it('reach no files and no prototypes', () => {
    expect(templates.render('{{ a.constructor.name }}{{ a.__proto__ }}', { a: {} })).toBe('');
    expect(() => templates.render("{% include '/etc/passwd' %}", {})).toThrow();
  });
});

describe('the check of a template', () => {
  const known = new Set(['ticket.title', 'id', 'page.number']);
  it.each([
    ['{{ ticket.title.en }} {{ id }} {{ page.number }}', 0],
    ['{% for x in ticket.title %}{{ x.y }}{% endfor %}{% assign z = id %}{{ z }}', 0],
    ['{{ ticket.sevrity }} {{ page.offset }} {{ nothing }}', 3],
    ['{{ id | nofilter }}', 1],
    ['{% if id %}', 1],
    ['{{ id', 1],
  ])('%s: %i problems', (template, problems) => {
    expect(templateProblems(template, known)).toHaveLength(problems);
  });
});

describe('JSON pointers', () => {
  const value = { a: [{ 'b/c~d': 1 }], s: '', n: null };
  it('find what stands there', () => {
    expect(at(value, '')).toBe(value);
    expect(at(value, '/a/0/b~1c~0d')).toBe(1);
    expect(textAt(value, '/a/0/b~1c~0d')).toBe('1');
    expect(at(value, '/a/1/x')).toBeUndefined();
    for (const nothing of ['/s', '/n', '/a', '/constructor']) expect(textAt(value, nothing)).toBeUndefined();
    expect(listAt(value, '/a')).toHaveLength(1);
    expect(listAt(value, '/s')).toEqual([]);
  });
});
