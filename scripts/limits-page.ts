import { LIMITS, type Limit } from '../src/core/limits.ts';

/** docs/limits.md, made from src/core/limits.ts. `npm run docs` writes it. */
export function printLimitsPage(): string {
  return [
    '# Limits',
    '',
    'Made by `npm run docs` from `src/core/limits.ts`; do not edit.',
    '',
    'What is beyond a limit is refused with the limit in the message, before anything is written. Nothing is cut silently.',
    '',
    '| what | most | why |',
    '| --- | --- | --- |',
    ...Object.values(LIMITS).map(({ of, most, unit, why }) => `| ${of} | ${amount(most, unit)} | ${why} |`),
    '',
  ].join('\n');
}

const MB = 1024 * 1024;

function amount(most: number, unit: Limit['unit']): string {
  if (unit === 'milliseconds') return `${most / 1000} s`;
  if (unit === 'seconds') return `${most} s`;
  if (unit === 'bytes' && most % MB === 0) return `${most / MB} MB`;
  return `${most.toLocaleString('en')}${unit === '' ? '' : ` ${unit}`}`;
}
