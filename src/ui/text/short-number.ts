const UNITS = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;

/** A number in at most six characters, such as `<0.1`, `0.4`, `12`, `1.9k`, `870M`. Rounded down, since `1000k` would be wider. */
export function shortNumber(value: number): string {
  if (value > 0 && value < 0.1) return '<0.1';
  const power = value < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(value) / 3 + 1e-9));
  const scaled = value / 1000 ** power;
  const tenths = Math.floor(scaled * 10 + 1e-9) / 10;
  return `${scaled < 10 && tenths % 1 !== 0 ? tenths.toFixed(1) : Math.floor(scaled + 1e-9)}${UNITS[power]}`;
}
