import { join } from 'node:path';
import { expect } from 'vitest';
import type { Backend } from '../../src/core/rules/types.ts';
import { dataFolder } from './fw.ts';
import { makeNamespace, saved } from './netns.ts';
import { runBuilt } from './run-built.ts';
import { faultsOf } from './schema.ts';
import { stateFolder, writeFiles } from './state-folder.ts';

/** Flags of an apply without a question. */
export const YES = ['--auto-approve', '--allow-empty', '--allow-mass-removal', '--allow-foreign-removal'];

/** States of one data folder, each a folder of its own, all about one namespace. */
export function folderOfStates(backend: Backend) {
  const [ns, data, root] = [makeNamespace('states'), dataFolder(), stateFolder({})];
  const fw = (...args: readonly string[]) => runBuilt([...args, '--data-dir', data, '--no-color']);
  const pathOf = (name: string) => join(root, name);
  const write = (name: string, body: string) =>
    writeFiles(root, { [`${name}/a.yaml`]: `namespace: ${ns}\nbackend: ${backend}\n${body}` });
  const of = (name: string) => ['--state', pathOf(name), '--state-name', name];
  const apply = (name: string, body: string) => {
    write(name, body);
    expect(fw('apply', ...of(name), ...YES)).toMatchObject({ status: 0 });
  };
  const live = (family: 'ipv4' | 'ipv6' = 'ipv4') => saved(ns, backend, family);
  const isSettled = (name: string) =>
    expect(fw('plan', ...of(name), '--detailed-exitcode')).toMatchObject({ status: 0 });
  const listed = () => {
    const { status, stdout } = fw('state', 'list', '--json');
    expect(status).toBe(0);
    const document = JSON.parse(stdout) as { readonly states: readonly Readonly<Record<string, unknown>>[] };
    expect(faultsOf('states', document)).toEqual([]);
    return document.states;
  };
  return { ns, data, fw, pathOf, write, of, apply, live, isSettled, listed };
}
