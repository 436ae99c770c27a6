import { describe, expect, test } from 'vitest';
import { MATCHES } from '../../src/core/extensions/matches.ts';
import { TARGETS } from '../../src/core/extensions/targets.ts';
import { BUILTIN, TABLES } from '../../src/core/rules/builtin.ts';
import { type Backend, FAMILIES, type Family, type TableName } from '../../src/core/rules/types.ts';
import { EXTENSION_CASES, rulesOf } from '../support/extension-rules.ts';
import { inNamespace, makeNamespace } from '../support/netns.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];

const MATCH_NAMES = Object.entries(MATCHES).flatMap(([name, { anywhere }]) => (anywhere === true ? [name] : []));
const TARGET_NAMES = Object.entries(TARGETS).flatMap(([name, { anywhere }]) => (anywhere === true ? [name] : []));

/** Every option of every extension that is said to work everywhere. */
function rulesAnywhere(family: Family): readonly string[] {
  const cases = EXTENSION_CASES.filter((one) =>
    'match' in one ? MATCH_NAMES.includes(one.match) : one.target === 'standard' || TARGET_NAMES.includes(one.target),
  );
  return cases.flatMap((one) => rulesOf(one, family));
}

/** What iptables itself, not the kernel, refuses there. */
function isRefusedByProgram(rule: string, table: TableName, chain: string): boolean {
  if (table === 'nat' && /(?:-j|--jump) DROP/.test(rule)) return true;
  return /(?:^| )-i /.test(rule) && /^(?:OUTPUT|POSTROUTING)$/.test(chain);
}

/** All of the rules in each built-in chain, and in a chain that each of them calls. */
function everywhere(table: TableName, rules: readonly string[]): string {
  const lines = [...BUILTIN[table], 'U'].flatMap((chain) =>
    rules.flatMap((rule) => (isRefusedByProgram(rule, table, chain) ? [] : [`-A ${chain} ${rule}`])),
  );
  const calls = BUILTIN[table].map((chain) => `-I ${chain} -j U`);
  return [`*${table}`, ':U - [0:0]', ...lines, ...calls, 'COMMIT', ''].join('\n');
}

test('there is a rule for each extension that is said to work everywhere', () => {
  const rules = FAMILIES.flatMap(rulesAnywhere).join('\n');
  const isThere = (name: string, letter: string) => new RegExp(`(?:-${letter}|-p) ${name}(?: |$)`, 'm').test(rules);
  expect(MATCH_NAMES.filter((name) => !isThere(name, 'm'))).toEqual([]);
  expect(TARGET_NAMES.filter((name) => !isThere(name, 'j'))).toEqual([]);
});

describe.each(BACKENDS)('on %s', (backend) => {
  test.each(FAMILIES)('%s: every such rule loads in every chain of every table', (family) => {
    const namespace = makeNamespace('anywhere');
    const sets = 'create fwtest4 hash:ip counters timeout 0 skbinfo\ncreate fwtest6 hash:ip family inet6\n';
    expect(inNamespace(namespace, 'ipset', ['restore'], sets).stderr).toBe('');
    const program = `${family === 'ipv4' ? 'iptables' : 'ip6tables'}-${backend}-restore`;
    const refused = TABLES.flatMap((table) => {
      const { status, stderr } = inNamespace(namespace, program, [], everywhere(table, rulesAnywhere(family)));
      return status === 0 ? [] : [`${table}: ${stderr}`];
    });
    expect(refused).toEqual([]);
  });
});
