import type { Counters } from '../../core/rules/types.ts';

const UNITS = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;

/** Packets of a rule in few characters: `no packets`, `1 packet`, `1.9k packets`. Rounded down. */
export function packets([count]: Counters): string {
  const digits = count.replace(/^0+/, '');
  if (digits === '') return 'no packets';
  const power = Math.min(UNITS.length - 1, Math.floor((digits.length - 1) / 3));
  const whole = digits.slice(0, digits.length - 3 * power);
  const tenth = power > 0 && whole.length === 1 ? digits[1] : '0';
  return `${whole}${tenth === '0' ? '' : `.${tenth}`}${UNITS[power]} ${digits === '1' ? 'packet' : 'packets'}`;
}

export function hasCarried(counters: Counters | undefined): boolean {
  return counters !== undefined && /[1-9]/.test(counters[0]);
}

export function addCounters(counters: readonly Counters[]): Counters {
  const sum = (index: 0 | 1) => String(counters.reduce((total, pair) => total + toCount(pair[index]), 0n));
  return [sum(0), sum(1)];
}

/** A saved plan may have been edited: what is no number counts as none rather than ending the screen. */
function toCount(digits: string): bigint {
  return /^\d{1,40}$/.test(digits) ? BigInt(digits) : 0n;
}
