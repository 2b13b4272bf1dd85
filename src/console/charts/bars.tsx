import './bars.css';

export interface Part {
  /** A colour of the style sheet: `good`, `watch`, `warning`, `critical` or `unknown`. */
  readonly tone: string;
  readonly value: number;
  readonly label: string;
}

/** One bar made of parts, against the longest of its neighbours; the numbers stand beside it as text. */
export function StackedBar({ parts, max }: { parts: readonly Part[]; max: number }) {
  return (
    <span class="stacked" aria-hidden="true">
      {parts.map(
        ({ tone, value, label }) =>
          value > 0 && (
            <span
              key={label}
              class={tone}
              title={`${label}: ${value}`}
              style={{ width: `${(100 * value) / Math.max(max, 1)}%` }}
            />
          ),
      )}
    </span>
  );
}

/** What the tones of stacked bars mean. */
export function Legend({ parts }: { parts: readonly Pick<Part, 'tone' | 'label'>[] }) {
  return (
    <ul class="legend">
      {parts.map(({ tone, label }) => (
        <li key={label}>
          <span class={`swatch ${tone}`} aria-hidden="true" />
          {label}
        </li>
      ))}
    </ul>
  );
}

/** A share of 1 as a bar. */
export function ShareBar({ share, tone = 'good' }: { share: number; tone?: string }) {
  return (
    <span class="stacked whole" aria-hidden="true">
      <span class={tone} style={{ width: `${100 * Math.min(Math.max(share, 0), 1)}%` }} />
    </span>
  );
}

interface RangeBarProps {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
  /** At the right end of the scale. */
  readonly max: number;
}

/** An estimate with its interval. */
export function RangeBar({ low, middle, high, max }: RangeBarProps) {
  const place = (value: number) => `${(100 * Math.min(value, max)) / Math.max(max, 1e-9)}%`;
  return (
    <span class="range" aria-hidden="true">
      <span class="span" style={{ left: place(low), width: `calc(${place(high)} - ${place(low)})` }} />
      <span class="middle" style={{ left: place(middle) }} />
    </span>
  );
}
