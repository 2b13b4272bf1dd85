/** A time as an input of date and time has it, by the reader's clock. */
export function toLocalInput(time: string | undefined): string {
  if (time === undefined) return '';
  const at = new Date(time);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** ISO 8601 in UTC, as the API takes it. */
export function fromLocalInput(value: string): string {
  return new Date(value).toISOString();
}
