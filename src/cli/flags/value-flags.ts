import { Flags } from '@oclif/core';
import type { GivenValues } from '../../app/state/load-values.ts';

const many = { multiple: true, multipleNonGreedy: true } as const;

/** Flags that give values to the state. */
export const valueFlags = {
  var: Flags.string({
    ...many,
    summary: 'A value for the state, above that of its documents; may be given more than once.',
    description: 'NAME=TEXT, or NAME=[TEXT,TEXT] for a list. FW_VAR holds one on each line.',
    env: 'FW_VAR',
    helpValue: 'NAME=TEXT',
  }),
  'var-file': Flags.string({
    ...many,
    summary: 'A YAML file of values for the state; later ones and --var stand above it.',
    description: 'One mapping of names to texts or lists of texts. FW_VAR_FILE holds one path on each line.',
    env: 'FW_VAR_FILE',
    helpValue: 'FILE',
  }),
};

export type ValueFlags = {
  readonly var?: readonly string[] | undefined;
  readonly 'var-file'?: readonly string[] | undefined;
};

export function givenValues(flags: ValueFlags): GivenValues {
  return { vars: flags.var ?? [], files: flags['var-file'] ?? [] };
}
