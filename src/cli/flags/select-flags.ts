import { Flags } from '@oclif/core';
import { FwError } from '../../core/diagnostics/errors.ts';
import { TABLES } from '../../core/rules/builtin.ts';
import { FAMILIES } from '../../core/rules/types.ts';
import { parseAddress } from '../../core/selection/parse-address.ts';
import type { Address, Selection } from '../../core/selection/types.ts';
import { listedIn } from './environment-lists.ts';

const address = Flags.custom<Address>({
  parse: async (text) => {
    const parsed = parseAddress(text);
    if ('problem' in parsed) throw new FwError('usage', parsed.problem);
    return parsed;
  },
});

const many = { multiple: true, multipleNonGreedy: true } as const;

/** Flags that limit a plan to a part of the state, never to less than a table. */
export const selectFlags = {
  namespace: Flags.string({
    ...many,
    summary: 'Only namespaces that match this name or glob; may be given more than once.',
    description: listedIn('FW_NAMESPACE'),
    env: 'FW_NAMESPACE',
    helpValue: 'GLOB',
  }),
  table: Flags.option({
    ...many,
    summary: 'Only this table.',
    description: listedIn('FW_TABLE'),
    env: 'FW_TABLE',
    options: TABLES,
  })(),
  family: Flags.option({
    ...many,
    summary: 'Only this family.',
    description: listedIn('FW_FAMILY'),
    env: 'FW_FAMILY',
    options: FAMILIES,
  })(),
  target: address({
    ...many,
    summary: 'Only what this address covers.',
    description: listedIn('FW_TARGET'),
    env: 'FW_TARGET',
    helpValue: 'NAMESPACE[/FAMILY[/TABLE]]',
  }),
  exclude: address({
    ...many,
    summary: 'All but what this address covers.',
    description: listedIn('FW_EXCLUDE'),
    env: 'FW_EXCLUDE',
    helpValue: 'NAMESPACE[/FAMILY[/TABLE]]',
  }),
};

export type SelectFlags = {
  readonly namespace?: string[] | undefined;
  readonly table?: Selection['tables'][number][] | undefined;
  readonly family?: Selection['families'][number][] | undefined;
  readonly target?: Address[] | undefined;
  readonly exclude?: Address[] | undefined;
};

export function selectionOf(flags: SelectFlags): Selection {
  return {
    namespaces: flags.namespace ?? [],
    families: flags.family ?? [],
    tables: flags.table ?? [],
    targets: flags.target ?? [],
    excluded: flags.exclude ?? [],
  };
}
