import type { Ran } from '../../../src/ports/ports.ts';
import { headerOf, printEntry } from './live-set.ts';
import { type LiveSets, referencesOf } from './restore-sets.ts';

/** `ipset save NAME`. */
export function savedSet({ sets }: LiveSets, name: string): Ran {
  const set = sets.get(name);
  if (set === undefined) {
    return { exitCode: 1, stdout: '', stderr: 'ipset v7.17: The set with the given name does not exist\n' };
  }
  const lines = [...set.entries].map(([element, entry]) => `add ${name} ${printEntry(set, element, entry)}\n`);
  return { exitCode: 0, stdout: `create ${name} ${headerOf(set)}\n${lines.join('')}`, stderr: '' };
}

/** `ipset list -terse`. */
export function terseText(live: LiveSets): string {
  return [...live.sets]
    .map(([name, set]) => {
      const [type = '', ...options] = headerOf(set).split(' ');
      const lines = [`Name: ${name}`, `Type: ${type}`, 'Revision: 7', `Header: ${options.join(' ')}`];
      lines.push('Size in memory: 200', `References: ${referencesOf(live, name)}`);
      return [...lines, `Number of entries: ${set.entries.size}`, ''].join('\n');
    })
    .join('\n');
}
