import { describe, expect, it } from 'vitest';
import { diffTable } from '../../../../src/core/diff/diff-table.ts';
import type { ChainChange, Line } from '../../../../src/core/diff/types.ts';
import { viewTable } from '../../../../src/core/diff/view.ts';
import { ownershipOf } from '../../../../src/core/ownership/ownership.ts';
import { pinForeign } from '../../../../src/core/plan/pin-foreign.ts';
import { cpuTime } from '../../../support/cpu-time.ts';
import { tableOf } from '../../../support/table-of.ts';

describe('viewTable', () => {
  it('shows context around a change and counts what is left out', () => {
    const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `-A INPUT -i ${name} -j ACCEPT`);
    const after = [...letters.slice(0, 4), '-A INPUT -j LOG', ...letters.slice(4)];
    expect(rows(letters.join('\n'), after.join('\n'), 1)).toEqual([
      '... 3',
      '4 4   -i d -j ACCEPT',
      '  5 + -j LOG',
      '5 6   -i e -j ACCEPT',
      '... 2',
    ]);
  });

  it('joins context that meets between two changes', () => {
    const before = '-A INPUT -i a\n-A INPUT -i b';
    const after = '-A INPUT -j LOG\n-A INPUT -i a\n-A INPUT -i b\n-A INPUT -j DROP';
    expect(rows(before, after, 1)).toEqual(['  1 + -j LOG', '1 2   -i a', '2 3   -i b', '  4 + -j DROP']);
  });

  it('pairs a thousand neighbours that are all replaced by their likes in well under a second of processor time', () => {
    const rules = (port: number) =>
      Array.from({ length: 1000 }, (_, index) => `-A INPUT -s 10.0.0.0/8 -p tcp --dport ${port + index}`).join('\n');
    const diff = diffTable('filter', tableOf('filter', rules(1000)), tableOf('filter', rules(3000)));
    const { result, milliseconds } = cpuTime(() => viewTable(diff, { context: 3, originOf: () => undefined }));
    const [input] = result;
    expect(milliseconds).toBeLessThan(1000);
    expect(input?.lines).toHaveLength(1000);
  });

  it('shows no context when none is wanted', () => {
    expect(rows('-A INPUT -i a\n-A INPUT -i b', '-A INPUT -i a\n-A INPUT -j LOG\n-A INPUT -i b', 0)).toEqual([
      '... 1',
      '  2 + -j LOG',
      '... 1',
    ]);
  });

  it('shows a rule that moves once, at its new place, with its counters', () => {
    const before = '[3:30] -A INPUT -i a\n-A INPUT -i b\n-A INPUT -i c';
    expect(rows(before, '-A INPUT -i b\n-A INPUT -i c\n-A INPUT -i a')).toEqual([
      '2 1   -i b',
      '3 2   -i c',
      '1 3 > -i a [3:30]',
    ]);
  });

  it('pairs equal rules that move in order', () => {
    const before = '[1:1] -A INPUT -j LOG\n[2:2] -A INPUT -j LOG\n-A INPUT -i a\n-A INPUT -i b\n-A INPUT -i c';
    const after = '-A INPUT -i a\n-A INPUT -i b\n-A INPUT -i c\n-A INPUT -j LOG\n-A INPUT -j LOG';
    expect(rows(before, after, 0)).toEqual(['... 3', '1 4 > -j LOG [1:1]', '2 5 > -j LOG [2:2]']);
  });

  it('shows similar rules of one place as a change, with the counters of the old one', () => {
    const before = '-A INPUT -i lo -j ACCEPT\n[8:80] -A INPUT -s 198.51.100.0/24 -j ACCEPT';
    const after = '-A INPUT -i lo -j ACCEPT\n-A INPUT -s 198.51.100.0/25 -j ACCEPT';
    expect(rows(before, after)).toEqual([
      '1 1   -i lo -j ACCEPT',
      '2 2 ~ -s 198.51.100.0/24 -j ACCEPT => -s 198.51.100.0/25 -j ACCEPT [8:80]',
    ]);
  });

  it('shows dissimilar rules of one place as removed and added', () => {
    expect(rows('[0:0] -A INPUT -s 10.0.0.1/32 -j DROP', '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT')).toEqual([
      '1   - -s 10.0.0.1/32 -j DROP [0:0]',
      '  1 + -p tcp -m tcp --dport 22 -j ACCEPT',
    ]);
  });

  it('keeps removed and added rules on their side of a change', () => {
    const before = '-A INPUT -j LOG\n-A INPUT -s 10.0.0.1/32 -j DROP\n-A INPUT -m mark --mark 0x1';
    const after = '-A INPUT -p gre\n-A INPUT -s 10.0.0.2/32 -j DROP\n-A INPUT -p esp';
    expect(rows(before, after)).toEqual([
      '1   - -j LOG',
      '  1 + -p gre',
      '2 2 ~ -s 10.0.0.1/32 -j DROP => -s 10.0.0.2/32 -j DROP',
      '3   - -m mark --mark 0x1',
      '  3 + -p esp',
    ]);
  });

  it('lists all rules of new and removed chains', () => {
    const [fresh, gone] = changes(':old -\n[1:2] -A old -j ACCEPT', '-A new -j LOG\n-A new -j DROP');
    expect([fresh?.status, ...show(fresh)]).toEqual(['new', '  1 + -j LOG', '  2 + -j DROP']);
    expect([gone?.status, ...show(gone)]).toEqual(['removed', '1   - -j ACCEPT [1:2]']);
  });

  it('shows a change of policy, with where it was written, and counts the rules that stay', () => {
    const rules = '-A INPUT -i a\n-A INPUT -i b';
    const [input] = changes(rules, `:INPUT DROP\n${rules}`);
    expect(input).toEqual({
      name: 'INPUT',
      status: 'changed',
      policy: { from: 'ACCEPT', to: 'DROP', origin: 'INPUT@0' },
      lines: [{ kind: 'skip', count: 2 }],
    });
  });

  it('asks where a rule was written by its new position, and names nothing where that is unknown', () => {
    const diff = diffTable('filter', undefined, tableOf('filter', '-A INPUT -i a\n-A INPUT -i b'));
    const originOf = (_: string, position: number) => (position === 2 ? 'site.yaml:7' : undefined);
    expect(viewTable(diff, { context: 3, originOf })[0]?.lines).toEqual([
      { kind: 'add', to: 1, text: '-i a' },
      { kind: 'add', to: 2, text: '-i b', origin: 'site.yaml:7' },
    ]);
  });

  it('shows our jump as what moves, and never the foreign rule that it passes', () => {
    const before = tableOf('filter', ':fw-a -\n:fw-b -\n-A INPUT -j DOCKER\n-A INPUT -j fw-a\n-A INPUT -j fw-b');
    const after = tableOf('filter', ':fw-a -\n:fw-b -\n-A INPUT -j fw-a\n-A INPUT -j fw-b\n-A INPUT -j DOCKER');
    const diff = pinForeign(
      diffTable('filter', before, after),
      ownershipOf('filter', { kind: 'shared', owners: ['fw'] }),
    );
    const [input] = viewTable(diff, { context: 3, originOf: () => undefined });
    expect(show(input)).toEqual(['2 1 > -j fw-a', '3 2 > -j fw-b', '1 3   -j DOCKER']);
  });

  it('pairs 1,000 changed neighbours one to one among 50,000 rules', () => {
    const list = (changed: string) =>
      Array.from({ length: 50_000 }, (_, index) => {
        const target = index >= 20_000 && index < 21_000 ? changed : 'DROP';
        return { text: `-s 10.0.${index >> 8}.${index & 255}/32 -p tcp -m tcp --dport ${index} -j ${target}` };
      });
    const table = (changed: string) => ({ name: 'filter' as const, chains: [{ name: 'web', rules: list(changed) }] });
    const diff = diffTable('filter', table('DROP'), table('ACCEPT'));
    const { result, milliseconds } = cpuTime(() => viewTable(diff, { context: 3, originOf: () => undefined }));
    const [web] = result;
    expect(milliseconds).toBeLessThan(1_000);
    const pairs = web?.lines.filter((line) => line.kind === 'change') ?? [];
    expect(pairs).toHaveLength(1_000);
    expect(pairs.every((line) => line.from === line.to)).toBe(true);
    expect(web?.lines).toHaveLength(1_008);
  });
});

function changes(before: string, after: string, context = 3): readonly ChainChange[] {
  const diff = diffTable('filter', tableOf('filter', before), tableOf('filter', after));
  return viewTable(diff, { context, originOf: (chain, position) => `${chain}@${position}` });
}

function rows(before: string, after: string, context = 3): readonly string[] {
  return changes(before, after, context).flatMap(show);
}

function show(chain: ChainChange | undefined): readonly string[] {
  return (chain?.lines ?? []).map(showLine);
}

/** Old place, new place, sign, rule. */
function showLine(line: Line): string {
  switch (line.kind) {
    case 'keep':
      return `${line.from} ${line.to}   ${line.text}`;
    case 'skip':
      return `... ${line.count}`;
    case 'add':
      return `  ${line.to} + ${line.text}`;
    case 'remove':
      return `${line.from}   - ${line.text}${counted(line)}`;
    case 'move':
      return `${line.from} ${line.to} > ${line.text}${counted(line)}`;
    case 'change':
      return `${line.from} ${line.to} ~ ${line.before} => ${line.text}${counted(line)}`;
  }
}

function counted(line: { readonly counters?: readonly [string, string] }): string {
  return line.counters === undefined ? '' : ` [${line.counters.join(':')}]`;
}
