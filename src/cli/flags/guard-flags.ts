import { Flags } from '@oclif/core';
import type { GuardFlag } from '../../core/guards/finding.ts';
import { GUARDS } from '../../core/guards/registry.ts';

type NameOf<Flag> = Flag extends `--${infer Name}` ? Name : never;
type GuardFlags = Readonly<Record<NameOf<Exclude<GuardFlag, '--allow-empty'>>, ReturnType<typeof openingFlag>>>;

/** One flag for each guard; `--allow-empty` is a flag of every plan. */
export const guardFlags = Object.fromEntries(
  GUARDS.flatMap(({ flag, summary }) =>
    summary === undefined ? [] : [[flag.slice(2), openingFlag(flag.slice(2), summary)] as const],
  ),
) as GuardFlags;

function openingFlag(name: string, summary: string) {
  return Flags.boolean({ summary, env: `FW_${name.toUpperCase().replaceAll('-', '_')}` });
}

/** The guards that the command line opens. */
export function allowedGuards(flags: Readonly<Record<string, unknown>>): ReadonlySet<GuardFlag> {
  return new Set(GUARDS.flatMap(({ flag }) => (flags[flag.slice(2)] === true ? [flag] : [])));
}
