import type { Address, Selection } from './types.ts';

/** The part of the state that a plan is about, as the flags say it; empty for all of it. */
export function selectionWords({ namespaces, families, tables, targets, excluded }: Selection): readonly string[] {
  return [
    ...namespaces.map((one) => `--namespace ${one}`),
    ...families.map((one) => `--family ${one}`),
    ...tables.map((one) => `--table ${one}`),
    ...targets.map((one) => `--target ${addressWord(one)}`),
    ...excluded.map((one) => `--exclude ${addressWord(one)}`),
  ];
}

function addressWord({ namespace, family, table }: Address): string {
  const parts = [namespace, family ?? (table === undefined ? undefined : '*'), table];
  return parts.filter((part) => part !== undefined).join('/');
}
