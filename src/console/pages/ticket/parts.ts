interface UsedPart {
  readonly number: string;
  readonly quantity: number;
}

/** Reads “SKF 6205 × 2”, one a line, also with x or *; without a number it is one. The first line that is neither is the fault. */
export function readParts(text: string): { readonly parts: UsedPart[] } | { readonly fault: string } {
  const parts: UsedPart[] = [];
  for (const line of text.split('\n').map((part) => part.trim())) {
    if (line === '') continue;
    const [, number = line, quantity = '1'] = /^(.+?)\s+[×x*]\s*(\d+)$/.exec(line) ?? [];
    if (/[×*]/.test(number) || Number(quantity) < 1) return { fault: line };
    parts.push({ number, quantity: Number(quantity) });
  }
  return { parts };
}
