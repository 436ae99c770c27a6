import { describe, expect, test } from 'vitest';
import { fullBudget, NO_VALUES, type Scope } from '../../../../../src/core/state/as-written/value.ts';
import { expandDocument } from '../../../../../src/core/state/expand-document.ts';
import { mergeDocuments } from '../../../../../src/core/state/merge-documents.ts';
import { parseDocument } from '../../../../../src/core/state/parse-document.ts';
import { parseTemplate } from '../../../../../src/core/state/template/parse-template.ts';

const RULES = 'tables: {filter: {INPUT: [-j ACCEPT]}}\n';

/** What the state asks for, and each problem with the stretch of text that it points at. */
function read(
  text: string,
  {
    templates = {},
    overrides = NO_VALUES,
    existing,
  }: { templates?: Record<string, string>; overrides?: Scope; existing?: readonly string[] } = {},
) {
  const parsed = parseDocument({ path: 'a.yaml', text });
  const found = Object.entries(templates).map(([name, content]) =>
    parseTemplate(name, { path: `${name}.yaml`, text: content }),
  );
  const library = {
    templates: { found: new Map(found.map(({ template }) => [template.name, template])), names: [] },
    overrides,
    budget: fullBudget(),
  };
  const documents = parsed.documents.map((document) => expandDocument(document, library));
  const merged = mergeDocuments(
    documents.map(({ document }) => document),
    [],
    { existing },
  );
  const diagnostics = [
    ...parsed.diagnostics,
    ...found.flatMap((one) => one.diagnostics),
    ...documents.flatMap((one) => one.diagnostics),
    ...merged.diagnostics,
  ];
  const textOf = (file: string) => (file === 'a.yaml' ? text : (templates[file.replace('.yaml', '')] ?? ''));
  return {
    desired: merged.desired,
    problems: diagnostics.map(
      ({ code, message, span }) =>
        `${code} ${span === undefined ? '' : textOf(span.file).slice(span.start, span.end)}: ${message}`,
    ),
  };
}

const flowsOf = (text: string, options = {}) => {
  const { desired, problems } = read(text, options);
  expect(problems).toEqual([]);
  return (desired.tests ?? []).flatMap(({ expectations }) =>
    expectations.map(({ kind, path, flow }) => `${kind} ${path} ${flow}`),
  );
};

describe('tests of a state', () => {
  test('have a name, a way and flows', () => {
    const { desired, problems } = read(
      `namespace: [host, edge]\ntests:\n  - name: ssh\n    to: host\n    allow: [tcp 198.51.100.0/24 -> port 22]\n    deny: ["tcp !198.51.100.0/24 -> port 22"]\n  - allow-if: [icmp -> any]\n    to: through\n${RULES}`,
      { existing: ['edge'] },
    );
    expect(problems).toEqual([]);
    expect(desired.tests).toMatchObject([
      {
        name: 'ssh',
        namespaces: [{ kind: 'host' }, { kind: 'named', name: 'edge' }],
        expectations: [
          { kind: 'allow', path: 'INPUT', flow: 'tcp 198.51.100.0/24 -> port 22' },
          { kind: 'deny', path: 'INPUT', flow: 'tcp !198.51.100.0/24 -> port 22' },
        ],
      },
      { expectations: [{ kind: 'allow-if', path: 'FORWARD', flow: 'icmp any -> any' }] },
    ]);
  });

  test('a list of values is a list of the flow, behind `!` too; both families are one flow', () => {
    const values = 'values: {office: [198.51.100.0/24, "2001:db8::/48"], ports: [22, 80], none: [], one: 192.0.2}\n';
    const flows = (flow: string) => flowsOf(`${values}tests: [{allow: ["${flow}"]}]\n${RULES}`);
    expect(flows('tcp $office,10.0.0.1 -> port $ports')).toEqual([
      'allow INPUT tcp 198.51.100.0/24,2001:db8::/48,10.0.0.1 -> port 22,80',
    ]);
    expect(flows('tcp !$office -> port 443')).toEqual(['allow INPUT tcp !198.51.100.0/24,2001:db8::/48 -> port 443']);
    expect(flows(`tcp ${'$'}{one}.7 -> port 443`)).toEqual(['allow INPUT tcp 192.0.2.7 -> port 443']);
  });

  test('an empty list means no packet, and behind `!` all of them', () => {
    const flows = (flow: string) => flowsOf(`values: {none: []}\ntests: [{allow: ["${flow}"]}]\n${RULES}`);
    expect(flows('tcp $none -> port 22')).toEqual([]);
    expect(flows('tcp 10.0.0.1,$none -> port 22')).toEqual(['allow INPUT tcp 10.0.0.1 -> port 22']);
    expect(flows('tcp !$none -> port 22')).toEqual(['allow INPUT tcp any -> port 22']);
  });

  test('come with templates, with their parameters, where their condition holds', () => {
    const templates = {
      web: 'parameters: {from: {type: [cidr]}, open: {type: flag}}\ntables: {filter: {INPUT: [-s $from -j ACCEPT]}}\ntests:\n  - {allow: [tcp $from -> port 80], when: $open}\n  - {deny: [udp $from -> port 80]}\n',
    };
    const flows = (open: string) =>
      flowsOf(`use: [{template: web, with: {from: [10.0.0.0/8], open: ${open}}}]\n`, { templates });
    expect(flows('true')).toEqual(['allow INPUT tcp 10.0.0.0/8 -> port 80', 'deny INPUT udp 10.0.0.0/8 -> port 80']);
    expect(flows('false')).toEqual(['deny INPUT udp 10.0.0.0/8 -> port 80']);
  });

  test('a mistake in a flow is pointed at', () => {
    const problems = (flow: string, test = '') =>
      read(`values: {bad: 10.0.0.5/8, two: "10.0.0.1 10.0.0.2"}\ntests: [{${test}allow: ["${flow}"]}]\n${RULES}`)
        .problems;
    expect(problems('tcp any -> port ssh')).toEqual(['state.flow ssh: `ssh` is no port']);
    expect(problems('tcp  $bad -> port 22')).toEqual(['state.flow $bad: `10.0.0.5/8` has bits outside its mask']);
    expect(problems('tcp $nope -> port 22')).toEqual(['state.unknown-value $nope: No value named `nope`']);
    expect(problems('tcp $two -> port 22')).toEqual([
      'state.flow $two: `10.0.0.1 10.0.0.2` would be several words of the flow',
    ]);
    expect(problems('tcp any -> port 22 out eth0')).toEqual([
      'state.test tcp any -> port 22 out eth0: A packet to this host has no output interface',
    ]);
    expect(problems('tcp any -> port 22 from host', 'to: through, ')).toEqual([
      'state.test tcp any -> port 22 from host: The test is about packets through this host, and the flow goes from this host',
    ]);
    expect(read(`tests: [{name: x}]\n${RULES}`).problems).toEqual(['state.test name: The test expects nothing']);
    expect(read(`tests: [{allw: [any -> any]}]\n${RULES}`).problems).toEqual([
      'state.unknown-key allw: Unknown key `allw` in a test',
    ]);
  });
});

describe('flows that stay reachable', () => {
  test('are flows, with a name or without', () => {
    const { desired, problems } = read(
      `reachable:\n  - tcp 203.0.113.0/24 -> port 9100\n  - {name: dns, flow: udp any -> 192.0.2.53 port 53 through host}\n${RULES}`,
    );
    expect(problems).toEqual([]);
    expect(desired.reachable).toMatchObject([
      { path: 'INPUT', flow: 'tcp 203.0.113.0/24 -> port 9100', namespaces: [{ kind: 'host' }] },
      { name: 'dns', path: 'FORWARD', flow: 'udp any -> 192.0.2.53 port 53 through host' },
    ]);
  });
});

describe('a document of tests', () => {
  test('declares nothing', () => {
    const { desired, problems } = read('kind: tests\nnamespace: edge\ntests: [{deny: [tcp any -> port 23]}]\n');
    expect(problems).toEqual([]);
    expect(desired.namespaces).toEqual([]);
    expect(desired.tests).toMatchObject([{ namespaces: [{ kind: 'named', name: 'edge' }] }]);
  });

  test('has no rules', () => {
    expect(read(`kind: tests\n${RULES}`).problems).toEqual([
      'state.test tables: `tables` has no meaning with `kind: tests`',
    ]);
  });
});
