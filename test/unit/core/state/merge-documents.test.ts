import { describe, expect, test } from 'vitest';
import type { DesiredClaim, DesiredState } from '../../../../src/core/desired/types.ts';
import type { Diagnostic } from '../../../../src/core/diagnostics/diagnostic.ts';
import { parseScript } from '../../../../src/core/restore/parse-script.ts';
import type { Family } from '../../../../src/core/rules/types.ts';
import { expandDocument } from '../../../../src/core/state/expand-document.ts';
import { mergeDocuments } from '../../../../src/core/state/merge-documents.ts';
import { parseDocument } from '../../../../src/core/state/parse-document.ts';
import type { Script } from '../../../../src/core/state/schema/script.ts';

type Options = { readonly existing?: readonly string[]; readonly scripts?: readonly Script[] };

function merge(texts: readonly string[], options: Options = {}) {
  const documents = texts.flatMap((text, index) => {
    const parsed = parseDocument({ path: `${index}.yaml`, text });
    expect(parsed.diagnostics).toEqual([]);
    return parsed.documents.map((document) => {
      const read = expandDocument(document);
      expect(read.diagnostics).toEqual([]);
      return read.document;
    });
  });
  return mergeDocuments(documents, options.scripts ?? [], { existing: options.existing });
}

function desire(texts: readonly string[], options: Options = {}): DesiredState {
  const { desired, diagnostics } = merge(texts, options);
  expect(diagnostics).toEqual([]);
  return desired;
}

function codes(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map((one) => `${one.code} ${one.span?.file} ${one.related?.[0]?.span.file ?? ''}`.trim());
}

/** The claims of one table of the first namespace, as text. */
function show(desired: DesiredState, family: Family, table = 'filter'): readonly string[] {
  const claims = desired.namespaces[0]?.claims ?? [];
  return claims.filter((one) => one.family === family && one.table === table).flatMap(showClaim);
}

function showClaim({ ownership, chains, policies }: DesiredClaim): readonly string[] {
  return [
    ownership.kind === 'shared'
      ? `shared ${ownership.owner} ${ownership.hook}`
      : `exclusive ${ownership.keep.join(' ')}`.trim(),
    ...Object.entries(policies).map(([chain, policy]) => `${chain} ${policy}`),
    ...chains.flatMap(({ name, hookInto, rules }) => [
      `:${name}${hookInto === undefined ? '' : ` from ${hookInto}`}`,
      ...rules.map(({ text, id }) => `  ${text}${id === undefined ? '' : ` (${id})`}`),
    ]),
  ];
}

function script(namespace: string, family: Family, text: string): Script {
  const file = `${namespace}/${family}.rules`;
  return { namespace, family, tables: parseScript(file, text, family).tables, span: { file, start: 0, end: 0 } };
}

const WEB =
  'tables:\n  filter:\n    INPUT:\n      policy: DROP\n      rules:\n        - -p tcp -j web\n    web:\n      - -j ACCEPT\n';

describe('shared ownership', () => {
  test('prefixes chains and jumps, and hooks built-in chains that have rules', () => {
    const lines = [
      'shared fw first',
      'INPUT DROP',
      ':fw-INPUT from INPUT',
      '  -p tcp -j fw-web',
      ':fw-web',
      '  -j ACCEPT',
    ];
    const desired = desire([WEB]);
    expect(show(desired, 'ipv4')).toEqual(lines);
    expect(show(desired, 'ipv6')).toEqual(lines);
    expect(desired.namespaces).toMatchObject([{ namespace: { kind: 'host' }, backend: 'auto', owners: ['fw'] }]);
  });

  test('turns -g too, and leaves what is not declared', () => {
    const text =
      'tables:\n  filter:\n    a: [-g b, -j DOCKER-USER, -j LOG, -j fw-b, -m comment --comment b]\n    b: []\n';
    expect(show(desire([text]), 'ipv4')).toEqual([
      'shared fw first',
      ':fw-a',
      '  -g fw-b',
      '  -j DOCKER-USER',
      '  -j LOG',
      '  -j fw-b',
      '  -m comment --comment b',
      ':fw-b',
    ]);
  });

  test('a chain that only one family has rules for exists in both', () => {
    const desired = desire(['tables:\n  filter:\n    INPUT:\n      - -s 10.0.0.1 -j DROP\n']);
    expect(show(desired, 'ipv4')).toEqual(['shared fw first', ':fw-INPUT from INPUT', '  -s 10.0.0.1 -j DROP']);
    expect(show(desired, 'ipv6')).toEqual(['shared fw first', ':fw-INPUT from INPUT']);
  });

  test('a built-in chain that only has a policy needs no chain', () => {
    expect(show(desire(['tables: {filter: {INPUT: {policy: DROP}}}']), 'ipv4')).toEqual([
      'shared fw first',
      'INPUT DROP',
    ]);
  });

  test('a document about one family says nothing about the other', () => {
    const desired = desire([`family: ipv4\n${WEB}`]);
    expect(show(desired, 'ipv4')).toHaveLength(6);
    expect(show(desired, 'ipv6')).toEqual([]);
  });

  test('owners have claims of their own, and jump to their own chains', () => {
    const text = (owner: string) => `owner: ${owner}\nhook: last\ntables: {filter: {INPUT: [-j x], x: []}}\n`;
    const desired = desire([text('b'), text('a')]);
    expect(show(desired, 'ipv4')).toEqual([
      'shared b last',
      ':b-INPUT from INPUT',
      '  -j b-x',
      ':b-x',
      'shared a last',
      ':a-INPUT from INPUT',
      '  -j a-x',
      ':a-x',
    ]);
    expect(desired.namespaces[0]?.owners).toEqual(['a', 'b']);
  });

  test('an owner without tables still has its chains cleaned up', () => {
    expect(desire(['owner: old']).namespaces[0]).toMatchObject({
      owners: ['old'],
      claims: [],
    });
  });
});

describe('exclusive ownership', () => {
  test('keeps names, and knows what stays', () => {
    const desired = desire([`ownership: exclusive\nkeep: [DOCKER*]\n${WEB}`]);
    expect(show(desired, 'ipv6')).toEqual([
      'exclusive DOCKER*',
      'INPUT DROP',
      ':INPUT',
      '  -p tcp -j web',
      ':web',
      '  -j ACCEPT',
    ]);
    expect(desired.namespaces[0]?.owners).toEqual([]);
  });

  test('a document about one family keeps chains of that family only', () => {
    const desired = desire([
      `ownership: exclusive\nfamily: ipv4\nkeep: [DOCKER*]\n${WEB}`,
      'ownership: exclusive\nfamily: ipv6\nkeep: [six*]\ntables: {filter: {DOCKER: [-j ACCEPT]}}',
    ]);
    expect(show(desired, 'ipv4')[0]).toBe('exclusive DOCKER*');
    expect(show(desired, 'ipv6')).toEqual(['exclusive six*', ':DOCKER', '  -j ACCEPT']);
  });

  test.each<readonly [string, readonly string[], readonly string[]]>([
    [
      'one document',
      ['ownership: exclusive\nkeep: ["*"]\ntables: {filter: {INPUT: [], web: []}}'],
      ['state.ownership 0.yaml 0.yaml'],
    ],
    [
      'the other one keeps it, about the same table',
      ['ownership: exclusive\nkeep: [w?b]\ntables: {filter: {}}', 'ownership: exclusive\ntables: {filter: {web: []}}'],
      ['state.ownership 1.yaml 0.yaml'],
    ],
    [
      'the other one keeps it, about another table',
      ['ownership: exclusive\nkeep: [web]\ntables: {nat: {}}', 'ownership: exclusive\ntables: {filter: {web: []}}'],
      [],
    ],
    [
      'another namespace keeps it',
      [
        'namespace: a\nownership: exclusive\nkeep: [web]\ntables: {filter: {}}',
        'namespace: b\nownership: exclusive\ntables: {filter: {web: []}}',
      ],
      [],
    ],
    [
      'a built-in chain',
      ['ownership: exclusive\nkeep: [INPUT]\ntables: {filter: {INPUT: []}}'],
      ['state.ownership 0.yaml 0.yaml'],
    ],
    [
      'a foreign chain of an owner',
      ['owner: a\ntables: {filter: {b-x: {foreign: true}}}', 'owner: b\ntables: {nat: {}}'],
      ['state.foreign 0.yaml 1.yaml'],
    ],
  ])('a chain is ours or that of others, never both: %s', (_, texts, found) => {
    expect(codes(merge(texts, { existing: ['a', 'b'] }).diagnostics)).toEqual(found);
  });

  test('a file of rules declares what a document beside it keeps', () => {
    const rules = '*filter\n:INPUT DROP [0:0]\n:DOCKER-USER - [0:0]\n-A DOCKER-USER -j DROP\nCOMMIT\n';
    const scripts = [script('host', 'ipv4', rules)];
    const keep = (more: string) => codes(merge([`ownership: exclusive\n${more}`], { scripts }).diagnostics);
    expect(keep('keep: [DOCKER*]')).toEqual(['state.ownership host/ipv4.rules 0.yaml']);
    expect(keep('keep: [DOCKER*]\ntables: {filter: {}}')).toEqual(['state.ownership host/ipv4.rules 0.yaml']);
    expect(keep('keep: [FORWARD]')).toEqual(['state.ownership 0.yaml host/ipv4.rules']);
    expect(keep('keep: [DOCKER*]\nfamily: ipv6')).toEqual([]);
    expect(keep('keep: [KUBE-*]')).toEqual([]);
  });

  test('a listed table without chains is an empty table', () => {
    expect(show(desire(['ownership: exclusive\ntables: {nat: {}}']), 'ipv4', 'nat')).toEqual(['exclusive']);
  });

  test('an iptables-save file owns its tables in its family', () => {
    const rules = '*filter\n:INPUT DROP [0:0]\n:web - [0:0]\n-A INPUT -j web\nCOMMIT\n';
    const desired = desire(['tables: {nat: {OUTPUT: [-j ACCEPT]}}'], { scripts: [script('host', 'ipv4', rules)] });
    expect(show(desired, 'ipv4')).toContain('  -j web');
    expect(show(desired, 'ipv4')[0]).toBe('exclusive');
    expect(show(desired, 'ipv4')).toContain('INPUT DROP');
    expect(show(desired, 'ipv6')).toEqual([]);
    expect(show(desired, 'ipv6', 'nat')).toHaveLength(3);
  });
});

describe('several documents for one namespace', () => {
  test('chains merge, and rules follow each other in the order of the documents', () => {
    const text = (port: number) => `tables: {filter: {INPUT: [-p tcp --dport ${port} -j web]}}\n`;
    const desired = desire([text(1), 'tables: {filter: {web: [-j DROP]}}', text(2)]);
    expect(show(desired, 'ipv4')).toEqual([
      'shared fw first',
      ':fw-INPUT from INPUT',
      '  -p tcp --dport 1 -j fw-web',
      '  -p tcp --dport 2 -j fw-web',
      ':fw-web',
      '  -j DROP',
    ]);
  });

  test('what only one of them says holds for all', () => {
    const desired = desire(['tables: {filter: {a: []}}', 'hook: any\nbackend: legacy', 'backend: auto']);
    expect(desired.namespaces[0]?.backend).toBe('legacy');
    expect(show(desired, 'ipv4')[0]).toBe('shared fw any');
  });

  test.each([
    ['policies', 'tables: {filter: {INPUT: {policy: DROP}}}', 'tables: {filter: {INPUT: {policy: ACCEPT}}}'],
    [
      'policies of two owners',
      'tables: {filter: {INPUT: {policy: DROP}}}',
      'owner: b\ntables: {filter: {INPUT: {policy: ACCEPT}}}',
    ],
    ['backends', 'backend: nft', 'backend: legacy'],
    ['hooks of one owner', 'hook: first', 'hook: last'],
    ['owners of a table', 'tables: {filter: {}}', 'ownership: exclusive\ntables: {filter: {}}'],
  ])('two that contradict in %s are named both', (_, one, other) => {
    expect(codes(merge([one, other]).diagnostics)).toEqual(['state.contradiction 1.yaml 0.yaml']);
  });

  test.each([
    [
      'policies of two families',
      'family: ipv4\ntables: {filter: {INPUT: {policy: DROP}}}',
      'family: ipv6\ntables: {filter: {INPUT: {policy: ACCEPT}}}',
    ],
    ['hooks of two owners', 'hook: first', 'owner: b\nhook: last'],
    ['owners of two tables', 'tables: {filter: {}}', 'ownership: exclusive\ntables: {nat: {}}'],
    ['backends of two namespaces', 'namespace: a\nbackend: nft', 'namespace: b\nbackend: legacy'],
    [
      'ids of two families',
      'family: ipv4\ntables: {filter: {a: [{rule: -j DROP, id: x}]}}',
      'family: ipv6\ntables: {filter: {a: [{rule: -j DROP, id: x}]}}',
    ],
  ])('%s may differ', (_, one, other) => {
    expect(merge([one, other]).diagnostics).toEqual([]);
  });

  test('ids are unique in a chain', () => {
    const text = 'tables: {filter: {a: [{rule: -j DROP, id: x}], b: [{rule: -j DROP, id: x}]}}';
    expect(show(desire([text]), 'ipv4')).toContain('  -j DROP (x)');
    expect(codes(merge([text, 'tables: {filter: {a: [{rule: -j ACCEPT, id: x}]}}']).diagnostics)).toEqual([
      'state.duplicate-id 1.yaml 0.yaml',
    ]);
  });

  test('a document and an iptables-save file cannot share a table', () => {
    const scripts = [script('host', 'ipv4', '*filter\nCOMMIT\n')];
    const shared = 'tables: {filter: {INPUT: [-j DROP]}}';
    expect(merge([shared], { scripts }).diagnostics).toHaveLength(1);
    expect(merge([`ownership: exclusive\n${shared}`], { scripts }).diagnostics).toHaveLength(1);
    expect(merge([`family: ipv6\n${shared}`], { scripts }).diagnostics).toEqual([]);
    const again = { ...script('host', 'ipv4', '*filter\nCOMMIT\n'), span: { file: 'host/rules.v4', start: 0, end: 0 } };
    expect(merge([], { scripts: [...scripts, again] }).diagnostics).toHaveLength(1);
  });
});

describe('jumps', () => {
  test('to a built-in chain or a chain of the other family are refused once', () => {
    expect(codes(merge(['tables: {filter: {a: [-j INPUT]}}']).diagnostics)).toEqual(['state.jump 0.yaml']);
    const texts = ['family: ipv4\ntables: {filter: {web: []}}', 'tables: {filter: {INPUT: [-j web]}}'];
    expect(codes(merge(texts).diagnostics)).toEqual(['state.jump 1.yaml']);
  });

  test('a chain of another table or owner is not meant', () => {
    const desired = desire([
      'tables: {filter: {INPUT: [-j web]}, nat: {web: []}}',
      'owner: b\ntables: {filter: {web: []}}',
    ]);
    expect(show(desired, 'ipv4')).toContain('  -j web');
  });
});

describe('namespaces', () => {
  const existing = ['a', 'b', 'host', 'qr-1', 'qr-2'];

  test('names, lists and globs, each once, the host first', () => {
    const desired = desire(['namespace: [qr-*, b, qr-1]', 'namespace: host', 'tables: {}'], { existing });
    const names = desired.namespaces.map(({ namespace }) => (namespace.kind === 'host' ? 'HOST' : namespace.name));
    expect(names).toEqual(['HOST', 'b', 'qr-1', 'qr-2']);
  });

  test('those with the same documents share their claims', () => {
    const desired = desire([`namespace: "*"\n${WEB}`, 'namespace: b\ntables: {filter: {extra: []}}'], { existing });
    const [a, b, one, two] = desired.namespaces.map(({ claims }) => claims);
    expect(desired.namespaces).toHaveLength(4);
    expect(one).toBe(a);
    expect(two).toBe(a);
    expect(b).not.toBe(a);
  });

  test('names that are not there are errors, globs without a match warnings', () => {
    const { diagnostics } = merge(['namespace: [qr-3, x*]'], { existing });
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
      ['env.no-namespace', 'error'],
      ['state.glob-empty', 'warning'],
    ]);
    expect(diagnostics[0]?.hint).toContain('`qr-1`');
  });

  test('an iptables-save file for a namespace that is not there is an error too', () => {
    const scripts = [script('qr-3', 'ipv4', '*filter\nCOMMIT\n')];
    expect(codes(merge([], { existing, scripts }).diagnostics)).toEqual(['env.no-namespace qr-3/ipv4.rules']);
  });

  test('without the names of the machine, names and globs stand for themselves', () => {
    const desired = desire(['namespace: [x*, nowhere]']);
    expect(desired.namespaces.map(({ namespace }) => namespace)).toEqual([
      { kind: 'named', name: 'nowhere' },
      { kind: 'named', name: 'x*' },
    ]);
  });

  test.each(['../x', '.', '..', '-x', 'a/b', '"a b"', '"a\\nb"', '""', `"${'x'.repeat(65)}"`, '-*', 'é'])(
    'refuses the name %s',
    (name) => {
      expect(codes(merge([`namespace: [${name}]`]).diagnostics)).toEqual(['state.namespace-name 0.yaml']);
    },
  );
});

describe('moved', () => {
  test('has the chains of the owner before taken away with those of now', () => {
    const desired = desire(['owner: web\nmoved: {owner: [old, older]}\ntables: {filter: {INPUT: [-j ACCEPT]}}\n']);
    expect(desired.namespaces[0]?.owners).toEqual(['old', 'older', 'web']);
    expect(show(desired, 'ipv4')[0]).toContain('web');
  });

  test('has no meaning in exclusive ownership', () => {
    const { diagnostics } = parseDocument({
      path: 'a.yaml',
      text: 'ownership: exclusive\nmoved: {owner: old}\ntables: {filter: {INPUT: [-j ACCEPT]}}\n',
    });
    expect(codes(diagnostics)).toEqual(['state.ownership a.yaml']);
  });
});
