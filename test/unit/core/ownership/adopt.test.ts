import { describe, expect, test } from 'vitest';
import type { Claim, Hook } from '../../../../src/core/desired/claim.ts';
import { adopt } from '../../../../src/core/ownership/adopt.ts';
import type { Table } from '../../../../src/core/rules/types.ts';
import { tableOf } from '../../../support/table-of.ts';

function live(...rules: readonly string[]): Table {
  return { name: 'filter', chains: [{ name: 'INPUT', policy: 'ACCEPT', rules: rules.map((text) => ({ text })) }] };
}

function claim(owner: string, hook: Hook): Claim {
  return {
    family: 'ipv4',
    table: 'filter',
    ownership: { kind: 'shared', owner, hook },
    chains: [{ name: `${owner}-INPUT`, hookInto: 'INPUT', rules: [] }],
    policies: {},
  };
}

/** Rules of INPUT after this state stands, one word each: the name of the owner, or the rule. */
function input(rules: readonly string[], claims: readonly Claim[], owners: readonly string[]): readonly string[] {
  const table = adopt('filter', live(...rules.map(jump)), claims, owners);
  const chain = table.chains.find(({ name }) => name === 'INPUT');
  return (chain?.rules ?? []).map(({ text }) => text.replace(/^-j (\w+)-INPUT$/, '$1'));
}

const jump = (word: string) => (word.startsWith('-') ? word : `-j ${word}-INPUT`);

const THEIRS = '-s 192.0.2.1/32 -j DROP';

describe('jumps of several owners in one chain of others', () => {
  const [one, two, end] = [claim('one', 'first'), claim('two', 'first'), claim('end', 'last')];
  const owners = ['one', 'two', 'end'];

  test.each<readonly [string, readonly string[]]>([
    ['a fresh chain', [THEIRS]],
    ['only the first was there', ['one', THEIRS]],
    ['only the second was there', ['two', THEIRS]],
    ['the last stood first', ['end', 'two', 'one', THEIRS]],
    ['they stood the other way round', ['two', 'one', THEIRS, 'end']],
    ['one of them stood twice', ['two', 'one', 'two', THEIRS, 'end']],
  ])('stand in the order of the documents, whatever was there: %s', (_, rules) => {
    expect(input(rules, [one, two, end], owners)).toEqual(['one', 'two', THEIRS, 'end']);
  });

  test('without rules of others, the first still stand in front of the last', () => {
    expect(input(['end', 'two', 'one'], [one, two, end], owners)).toEqual(['one', 'two', 'end']);
  });

  test('the jump of an owner that this state does not know keeps its place among ours', () => {
    expect(input(['other', 'two', 'one', THEIRS], [one, two], owners)).toEqual(['other', 'one', 'two', THEIRS]);
    expect(input(['two', 'other', 'one', THEIRS], [one, two], owners)).toEqual(['one', 'other', 'two', THEIRS]);
  });

  test('a jump that may stand anywhere stays where it is', () => {
    expect(input([THEIRS, 'two', 'one'], [claim('one', 'any'), claim('two', 'any')], owners)).toEqual([
      THEIRS,
      'two',
      'one',
    ]);
  });

  test('the jump of an owner that left the state goes', () => {
    expect(input(['one', 'two', THEIRS], [one], owners)).toEqual(['one', THEIRS]);
  });
});

describe('an exclusive table', () => {
  const table = (keep: readonly string[], declared: readonly string[], before: Table) =>
    adopt(
      'filter',
      before,
      [
        {
          family: 'ipv4',
          table: 'filter',
          ownership: { kind: 'exclusive', keep },
          chains: [{ name: 'INPUT', rules: declared.map((text) => ({ text })) }],
          policies: {},
        },
      ],
      [],
    );
  const rules = (result: Table) => result.chains[0]?.rules.map(({ text }) => text);

  test('takes no target for a kept chain, whatever the glob matches', () => {
    expect(rules(table(['*'], ['-j ACCEPT'], live('-j DROP', '-j DOCKER')))).toEqual(['-j ACCEPT']);
    const docker = tableOf('filter', ':DOCKER -\n-A INPUT -j DROP\n-A INPUT -j DOCKER');
    expect(rules(table(['*'], ['-j ACCEPT'], docker))).toEqual(['-j DOCKER', '-j ACCEPT']);
  });

  test('a jump to a kept chain that is declared as well stands once, where it is declared, however often it is planned', () => {
    const docker = tableOf('filter', ':DOCKER -\n-A INPUT -j DOCKER\n-A INPUT -p udp -j DOCKER');
    const once = table(['DOCKER'], ['-j ACCEPT', '-j DOCKER'], docker);
    expect(rules(once)).toEqual(['-j ACCEPT', '-j DOCKER', '-p udp -j DOCKER']);
    expect(rules(table(['DOCKER'], ['-j ACCEPT', '-j DOCKER'], once))).toEqual(rules(once));
  });
});
