/** Names by their likeness to `name`, the most alike first. */
function byLikeness(name: string, candidates: Iterable<string>): string[] {
  return [...candidates]
    .map((candidate) => ({ candidate, distance: distance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance)
    .map(({ candidate }) => candidate);
}

/** The candidate that was probably meant, if one is close enough. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const best = byLikeness(name, candidates)[0];
  return best !== undefined && distance(name, best) <= Math.max(2, Math.floor(name.length / 3)) ? best : undefined;
}

/** Ends a message about an unknown name: `, did you mean 'port'? Valid: host, port`. */
export function suggestion(name: string, candidates: Iterable<string>): string {
  const known = byLikeness(name, candidates);
  if (known.length === 0) return '; there is none';
  const meant = nearest(name, known);
  return meant === undefined ? `; valid: ${known.join(', ')}` : `, did you mean '${meant}'? Valid: ${known.join(', ')}`;
}

/** Levenshtein distance, in which a change of case counts nothing. */
function distance(left: string, right: string): number {
  const a = left.toLowerCase();
  const b = right.toLowerCase();
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
