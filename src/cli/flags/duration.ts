import { Flags } from '@oclif/core';
import { FwError } from '../../core/diagnostics/errors.ts';
import { LIMITS } from '../../core/limits.ts';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A flag that takes a length of time such as `90s`, `5m` or `1h` and gives seconds. More than a day is not meant as a wait. */
export const durationFlag = Flags.custom<number>({
  parse: async (text) => parseDuration(text, LIMITS.wait.most, 'write 90s, 5m or 1h, at most 24h'),
});

/** A flag that takes an age such as `12h` or `7d` and gives seconds. */
export const ageFlag = Flags.custom<number>({
  parse: async (text) => parseDuration(text, LIMITS.planAge.most, 'write 30m, 12h or 7d, at most 90d'),
});

function parseDuration(text: string, longest: number, advice: string): number {
  const [, digits, unit] = /^([1-9][0-9]{0,6})([smhd])$/.exec(text) ?? [];
  const seconds = Number(digits) * (SECONDS[unit ?? ''] ?? Number.NaN);
  if (seconds >= 1 && seconds <= longest) return seconds;
  throw new FwError('usage', `"${text}" is not a length of time: ${advice}`);
}
