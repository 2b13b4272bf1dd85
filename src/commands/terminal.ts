/** A block of lines that is kept at the bottom of a terminal while other lines scroll above it. */
export class LiveBlock {
  readonly #out: NodeJS.WriteStream;
  #height = 0;
  #lines: readonly string[] = [];

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  /** Writes a line above the block. */
  line(text: string): void {
    this.#clear();
    this.#out.write(`${text}\n`);
    this.#draw();
  }

  /** Replaces the block. Where the output is no terminal, the lines are just written. */
  show(lines: readonly string[]): void {
    if (!this.#out.isTTY) {
      this.#out.write(`${lines.join(' | ')}\n`);
      return;
    }
    this.#clear();
    this.#lines = lines;
    this.#draw();
  }

  /** Takes the block away for good. */
  end(): void {
    this.#clear();
    this.#lines = [];
  }

  /** From the first column: a `^C` that the terminal echoed has moved the cursor. */
  #clear(): void {
    if (this.#height > 0) this.#out.write(`\r\x1b[${this.#height}A\x1b[J`);
    this.#height = 0;
  }

  #draw(): void {
    if (!this.#out.isTTY || this.#lines.length === 0) return;
    const width = this.#out.columns || 80;
    this.#out.write(this.#lines.map((line) => `${line.slice(0, width - 1)}\n`).join(''));
    this.#height = this.#lines.length;
  }
}
