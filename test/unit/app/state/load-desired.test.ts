import { describe, expect, test } from 'vitest';
import { loadDesired } from '../../../../src/app/state/load-desired.ts';
import { FwError } from '../../../../src/core/diagnostics/errors.ts';
import { allLines } from '../../../../src/core/sets/ipset/lines.ts';

type Files = Readonly<Record<string, string>>;

function load(files: Files, more: { readonly path?: string; readonly allowEmpty?: boolean } = {}) {
  const read = async () => Object.entries(files).map(([path, text]) => ({ path, text }));
  return loadDesired(
    { stateFiles: { read, readList: async () => undefined } },
    { path: more.path ?? 'state', allowEmpty: more.allowEmpty ?? false, existing: ['edge', 'core'] },
  );
}

async function failure(files: Files, more: { readonly path?: string } = {}): Promise<FwError> {
  try {
    await load(files, more);
  } catch (error) {
    if (error instanceof FwError) return error;
    throw error;
  }
  throw new Error('the state was accepted');
}

const RULE = 'tables: {filter: {INPUT: [-j ACCEPT]}}\n';
const SCRIPT = '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j ACCEPT\nCOMMIT\n';

const SAVED_SETS = `create bans hash:ip family inet hashsize 1024 maxelem 65536 timeout 600 bucketsize 12 initval 0x1
add bans 192.0.2.9 timeout 37
create bl hash:net family inet hashsize 4096 maxelem 131072 counters comment bucketsize 12 initval 0x2
add bl 192.0.2.0/24 nomatch packets 3 bytes 4 comment "a b"
add bl 198.51.100.7 packets 0 bytes 0
create six hash:ip family inet6 hashsize 1024 maxelem 65536
create all list:set size 8
add all bl
add all six
`;

describe('loadDesired', () => {
  test('brings documents and iptables-save files together, with the texts that spans point into', async () => {
    const { desired, sources, diagnostics } = await load({
      'state/edge/ipv4.rules': SCRIPT,
      'state/host/rules.v6': SCRIPT,
      'state/x.yaml': `namespace: core\n${RULE}---\nnamespace: edge\ntables: {nat: {OUTPUT: []}}\n`,
    });
    expect(diagnostics).toEqual([]);
    expect([...sources.keys()]).toHaveLength(3);
    const namespaces = desired.namespaces.map(({ namespace }) => (namespace.kind === 'host' ? 'HOST' : namespace.name));
    expect(namespaces).toEqual(['HOST', 'core', 'edge']);
    expect(desired.namespaces[2]?.claims.map(({ family, table }) => `${family} ${table}`).toSorted()).toEqual([
      'ipv4 filter',
      'ipv4 nat',
      'ipv6 nat',
    ]);
    const rule = desired.namespaces[2]?.claims.find(({ table }) => table === 'filter')?.chains[0]?.rules[0];
    const text = sources.get(rule?.span.file ?? '') ?? '';
    expect(text.slice(rule?.span.start, rule?.span.end)).toContain('-j ACCEPT');
  });

  test.each([
    ['Debian', { 'd/rules.v4': SCRIPT, 'd/rules.v6': SCRIPT, 'd/ipsets': SAVED_SETS }],
    ["Red Hat's", { 'd/iptables': SCRIPT, 'd/ip6tables': SCRIPT, 'd/ipset': SAVED_SETS }],
    ['our', { 'd/host/ipv4.rules': SCRIPT, 'd/host/ipv6.rules': SCRIPT, 'd/host/sets.ipset': SAVED_SETS }],
  ])('%s layout is the rules and sets of the host', async (_, files) => {
    const { desired, diagnostics } = await load(files, { path: 'd' });
    expect(diagnostics).toEqual([]);
    expect(desired.namespaces).toHaveLength(1);
    const [host] = desired.namespaces;
    expect(host?.namespace).toEqual({ kind: 'host' });
    expect(host?.claims.map(({ family, table }) => `${family} ${table}`)).toEqual(['ipv4 filter', 'ipv6 filter']);
    const sets = (host?.sets ?? []).map(({ name, header, entries }) => [
      name,
      header,
      entries === undefined ? undefined : allLines(entries.lines),
    ]);
    expect(sets).toEqual([
      ['bans', 'hash:ip family inet maxelem 65536 timeout 600', undefined],
      [
        'bl',
        'hash:net family inet maxelem 131072 counters comment',
        ['192.0.2.0/24 nomatch comment "a b"', '198.51.100.7'],
      ],
      ['six', 'hash:ip family inet6 maxelem 65536', []],
      ['all', 'list:set size 8', ['bl', 'six']],
    ]);
  });

  test.each([
    ['add bl 192.0.2.1', 'is no line of ipset save'],
    ['flush', 'is no line of ipset save'],
    ['create bl hash:ip forceadd', 'no place for the option'],
    ['create bl hash:nosuch', 'is no type of a set'],
    ['create bl hash:ip family inet\ncreate bl hash:ip family inet', 'is no line of ipset save'],
    ['create bl hash:ip family inet\nadd bl 2001:db8::1', 'ipv6'],
  ])('a file of sets with %j is refused at its line', async (text, message) => {
    const error = await failure({ 'd/rules.v4': SCRIPT, 'd/ipsets': `# saved\n\n${text}\n` }, { path: 'd' });
    expect(error.code).toBe('state.invalid');
    const [first] = error.diagnostics;
    expect(first?.message).toContain(message);
    expect(first?.span).toMatchObject({ file: 'd/ipsets' });
    expect(first?.span?.start).toBeGreaterThan(8);
  });

  test.each(['rules.v4', 'ipv4.rules'])('a state that is one file %s is for the host', async (name) => {
    const { desired } = await load({ [`edge/${name}`]: SCRIPT }, { path: `edge/${name}` });
    expect(desired.namespaces).toMatchObject([{ namespace: { kind: 'host' } }]);
  });

  test.each(['state', 'state/', './state', '/srv/state'])('finds the namespace of a file below %s', async (path) => {
    const { desired } = await load({ [`${path.replace(/\/$/, '')}/edge/ipv4.rules`]: SCRIPT }, { path });
    expect(desired.namespaces).toMatchObject([{ namespace: { name: 'edge' } }]);
  });

  test.each([
    ['no file', {}],
    ['only words', { 'state/a.yaml': '# nothing\n' }],
    ['no table', { 'state/a.yaml': 'namespace: edge\n' }],
    ['no chain', { 'state/a.yaml': 'ownership: exclusive\ntables: {filter: {}}\n' }],
    ['an empty file of rules', { 'state/host/ipv4.rules': '' }],
  ])('%s is an error unless nothing is meant', async (_, files) => {
    expect((await failure(files)).code).toBe('state.empty');
    await expect(load(files, { allowEmpty: true })).resolves.toMatchObject({ diagnostics: [] });
  });

  test('shows the errors of all files, by file and place, and nothing can be planned', async () => {
    const error = await failure({
      'state/b.yaml': 'tables: {filter: {INPUT: [-A x]}}\nowners: x\n',
      'state/a.yaml': 'tables: [\n',
      'state/c.rules': SCRIPT,
    });
    expect(error.code).toBe('state.invalid');
    expect(error.message).toBe('4 errors in 3 files of the state at state');
    expect(error.diagnostics.map((one) => `${one.span?.file} ${one.code}`)).toEqual([
      'state/a.yaml state.syntax',
      'state/b.yaml state.rule',
      'state/b.yaml state.unknown-key',
      'state/c.rules state.script-name',
    ]);
    expect(error.sources.get('state/a.yaml')).toBe('tables: [\n');
    expect(error.firewall).toBe('unchanged');
  });

  test('says so when missing namespaces are all that is wrong', async () => {
    expect((await failure({ 'state/a.yaml': `namespace: egde\n${RULE}` })).code).toBe('env.no-namespace');
    const both = await failure({ 'state/a.yaml': `namespace: egde\nx: y\n${RULE}` });
    expect(both.code).toBe('state.invalid');
  });

  test('does not compare a document whose place is not known with others', async () => {
    const files = { 'state/a.yaml': 'tables: {filter: {INPUT: {policy: DROP}}}', 'state/b.yaml': '' };
    const other = 'tables: {filter: {INPUT: {policy: ACCEPT}}}';
    const unplaced = await failure({ ...files, 'state/b.yaml': `namespce: edge\n${other}` });
    expect(unplaced.diagnostics.map(({ code }) => code)).toEqual(['state.unknown-key']);
    const placed = await failure({ ...files, 'state/b.yaml': 'tables: {filter: {INPUT: {policy: ACCEPT, x: y}}}' });
    expect(placed.diagnostics.map(({ code }) => code)).toEqual(['state.contradiction', 'state.unknown-key']);
  });

  test('hands warnings on', async () => {
    const { diagnostics } = await load({ 'state/a.yaml': `namespace: [edge, "x*"]\n${RULE}` });
    expect(diagnostics.map(({ code }) => code)).toEqual(['state.glob-empty']);
  });
});

describe('bounds of a state', () => {
  test('refuses more than 250,000 rules in all files together', async () => {
    const script = `*raw\n${'-A OUTPUT -j DROP\n'.repeat(100_000)}COMMIT\n`;
    const files = { 'state/edge/ipv4.rules': script, 'state/edge/ipv6.rules': script, 'state/core/ipv4.rules': script };
    expect((await failure(files)).message).toBe('The state at state has more than 250000 rules');
  });

  test('refuses them by what is written, before all files are parsed', async () => {
    const chain = `tables:\n  filter:\n    INPUT:\n${'      - -j DROP\n'.repeat(90_000)}`;
    const broken = 'tables: [';
    const files = { 'state/a.yaml': chain, 'state/b.yaml': chain, 'state/c.yaml': chain, 'state/d.yaml': broken };
    expect((await failure(files)).message).toBe('The state at state has more than 250000 rules');
  });

  test('counts the rules of both families', async () => {
    const rules = (words: string) => `tables:\n  filter:\n    INPUT:\n${`      - ${words}\n`.repeat(130_000)}`;
    expect((await failure({ 'state/a.yaml': rules('-j DROP') })).message).toBe(
      'The state at state has more than 250000 rules',
    );
    const { diagnostics } = await load({ 'state/a.yaml': rules('-s 10.0.0.1 -j DROP') });
    // Equal rules are told of, twenty of them.
    expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(['state.duplicate-rule']));
    expect(diagnostics).toHaveLength(21);
  });

  test('counts what lists of addresses stand for before it is made', async () => {
    const list = Array.from({ length: 120 }, (_, index) => `10.1.1.${index}`)
      .join(',')
      .slice(0, 1000)
      .replace(/,[^,]*$/, '');
    const yaml = `tables:\n  filter:\n    INPUT:\n${`      - -s ${list} -d ${list} -j DROP\n`.repeat(200)}`;
    expect((await failure({ 'state/a.yaml': yaml })).message).toBe('The state at state has more than 250000 rules');
  });

  test('an alias bomb, deep nesting and a huge word end in a diagnostic', async () => {
    const bomb = Array.from({ length: 30 }, (_, index) => {
      const inner = index === 0 ? 'x' : `*k${index - 1}`;
      return `k${index}: &k${index} [${Array(9).fill(inner).join(',')}]\n`;
    }).join('');
    const hostile = [bomb, `tables: ${'{filter: '.repeat(20_000)}`, `x: "${'y'.repeat(2_000_000)}"\n`];
    for (const text of hostile) {
      expect((await failure({ 'state/a.yaml': text })).code).toBe('state.invalid');
    }
  });
});
