import { Flags } from '@oclif/core';
import { FwError } from '../core/errors.ts';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };
/** A day: whoever needs longer does not mean a confirmation. */
const LONGEST = 86_400;

/** A flag that takes a length of time such as `90s`, `5m` or `1h` and gives seconds. */
export const durationFlag = Flags.custom<number>({
  parse: async (text) => {
    const [, digits, unit] = /^([1-9][0-9]{0,5})([smh])$/.exec(text) ?? [];
    const seconds = Number(digits) * (SECONDS[unit ?? ''] ?? Number.NaN);
    if (seconds >= 1 && seconds <= LONGEST) return seconds;
    throw new FwError('usage', `"${text}" is not a length of time: write 90s, 5m or 1h, at most 24h`);
  },
});
