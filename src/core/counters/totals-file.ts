import { FwError } from '../diagnostics/errors.ts';
import { isBaseline } from './baseline.ts';
import type { Totals } from './totals.ts';

export function printTotals(totals: Totals): string {
  return `${JSON.stringify(totals)}\n`;
}

/** Reads the file of the totals. Throws `env.data-folder` for what fw did not write: to begin anew would look like a reset of every counter. */
export function parseTotals(path: string, text: string): Totals {
  try {
    const value: unknown = JSON.parse(text);
    if (isTotals(value)) return value;
  } catch {
    // Told below.
  }
  throw new FwError('env.data-folder', `${path} is no file of totals that this fw knows`, {
    next: 'See what became of it. Without the file the metrics begin anew with what the kernel has, which Prometheus takes for a reset.',
  });
}

function isTotals(value: unknown): value is Totals {
  if (typeof value !== 'object' || value === null) return false;
  const { version, baseline, totals, gone } = value as Readonly<Record<string, unknown>>;
  return version === 1 && isBaseline(baseline) && isList(totals, isTotal) && isList(gone, isCounted);
}

function isTotal(value: unknown): boolean {
  return isCounted(value) && 'rule' in value && (value.rule === null || typeof value.rule === 'string');
}

function isCounted(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const { namespace, family, table, chain, at, counters } = value as Readonly<Record<string, unknown>>;
  const named = [namespace, family, table, chain, at].every((one) => typeof one === 'string');
  const isDigits = (one: unknown) => typeof one === 'string' && /^\d{1,40}$/.test(one);
  return named && Array.isArray(counters) && counters.length === 2 && counters.every(isDigits);
}

function isList(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}
