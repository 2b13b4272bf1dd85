import type { Refusal } from './codec.ts';
import { quote } from './text.ts';

/** A line of InfluxDB's line protocol. */
export interface InfluxPoint {
  readonly measurement: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly fields: readonly (readonly [string, number | string | boolean])[];
  /** Undefined where the line has none. */
  readonly time: number | undefined;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const INTEGER = /^(-?\d+)[iu]$/;
const TIME = /^-?\d+$/;

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['t', 'T', 'true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['f', 'F', 'false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);

/** A line that is none; what was expected where it breaks off. */
class Flaw extends Error {}

/** Reads point after point; a line that is none is a refusal, and the next line is read on. */
export class InfluxScanner {
  readonly #text: string;
  #at = 0;
  #line = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Undefined at the end. Empty lines and comments are passed over. */
  next(): InfluxPoint | Refusal | undefined {
    for (;;) {
      while (/[\s]/.test(this.#here())) this.#at++;
      if (this.#here() === '') return undefined;
      this.#line++;
      if (this.#here() !== '#') return this.#pointOrRefusal();
      this.#skipLine();
    }
  }

  #pointOrRefusal(): InfluxPoint | Refusal {
    try {
      return this.#point();
    } catch (error) {
      if (!(error instanceof Flaw)) throw error;
      this.#skipLine();
      return { reason: 'malformed', detail: `not line protocol, line ${this.#line}: ${error.message}` };
    }
  }

  #point(): InfluxPoint {
    const measurement = this.#name(', ');
    if (measurement === '') throw new Flaw('a measurement is missing');
    const tags = new Map<string, string>();
    while (this.#here() === ',') {
      this.#at++;
      const tag = this.#name('=, ');
      this.#expect('=', 'after a tag');
      tags.set(tag, this.#name(', '));
    }
    this.#expect(' ', 'before the fields');
    this.#skipSpaces();
    const fields = [this.#field()];
    while (this.#here() === ',') {
      this.#at++;
      fields.push(this.#field());
    }
    return { measurement, tags, fields, time: this.#time() };
  }

  #field(): readonly [string, number | string | boolean] {
    const name = this.#name('=, ');
    if (name === '') throw new Flaw('a field is missing');
    this.#expect('=', 'after a field');
    return [name, this.#here() === '"' ? this.#string() : plainValue(this.#name(', '))];
  }

  #time(): number | undefined {
    this.#skipSpaces();
    const text = this.#name(' ');
    this.#skipSpaces();
    if (text === '' && this.#isLineEnd()) return undefined;
    if (!TIME.test(text) || !this.#isLineEnd()) throw new Flaw(`${quote(text)} is no time`);
    return Number(text);
  }

  /** Up to one of the stops or the end of the line; a backslash takes the meaning of a comma, a space and an equals sign. */
  #name(stops: string): string {
    let name = '';
    for (let here = this.#here(); !this.#isLineEnd() && !stops.includes(here); here = this.#here()) {
      const isEscape = here === '\\' && /[,= "\\]/.test(this.#text[this.#at + 1] ?? '');
      name += isEscape ? this.#text[this.#at + 1] : here;
      this.#at += isEscape ? 2 : 1;
    }
    return name;
  }

  /** May run over lines; only quotes and backslashes are escaped. */
  #string(): string {
    let value = '';
    const start = this.#at++;
    for (let here = this.#here(); here !== '"'; here = this.#here()) {
      if (here === '') {
        this.#at = start;
        throw new Flaw('a text without its closing quote');
      }
      const isEscape = here === '\\' && /["\\]/.test(this.#text[this.#at + 1] ?? '');
      value += isEscape ? this.#text[this.#at + 1] : here;
      this.#at += isEscape ? 2 : 1;
    }
    this.#at++;
    return value;
  }

  #expect(char: string, where: string): void {
    if (this.#here() !== char) throw new Flaw(`expected ${quote(char)} ${where}`);
    this.#at++;
  }

  #here(): string {
    return this.#text[this.#at] ?? '';
  }

  #isLineEnd(): boolean {
    const here = this.#here();
    return here === '' || here === '\n' || here === '\r';
  }

  #skipSpaces(): void {
    while (this.#here() === ' ') this.#at++;
  }

  #skipLine(): void {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end === -1 ? this.#text.length : end;
  }
}

function plainValue(text: string): number | boolean {
  const integer = INTEGER.exec(text);
  if (integer) return Number(integer[1]);
  if (NUMBER.test(text)) return Number(text);
  const word = BOOLEANS.get(text);
  if (word === undefined) throw new Flaw(`${quote(text)} is neither a number, a boolean nor a text in quotes`);
  return word;
}
