const LEVELS = [
  { from: 1, name: 'critical' },
  { from: 0.9, name: 'warning' },
  { from: 0.75, name: 'watch' },
] as const;

/** How much of a life is used. */
export function WearBar({ wear, label }: { wear: number; label: string }) {
  const level = LEVELS.find(({ from }) => wear >= from)?.name ?? 'good';
  return (
    <span class={`bar wear-bar ${level}`} role="img" aria-label={label}>
      <span style={{ width: `${Math.min(Math.max(wear, 0), 1) * 100}%` }} />
    </span>
  );
}
