import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FwError } from '../../src/core/diagnostics/errors.ts';
import { FAMILIES } from '../../src/core/rules/types.ts';
import { apply, plan } from '../support/fw.ts';
import { inNamespace, load, makeNamespace, saved } from '../support/netns.ts';
import { shippedPorts } from '../support/shipped-ports.ts';
import { stateFolder } from '../support/state-folder.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const FOLDER = `${ROOT}templates/`;
const NAMES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.slice(0, -'.yaml'.length));
const README = readFileSync(`${FOLDER}README.md`, 'utf8');

/** What the README shows under the name of a template. */
function exampleOf(name: string): string {
  const section = README.split(`\n## ${name}\n`)[1]?.split('\n## ')[0] ?? '';
  const example = /```yaml\n(.*?)```/s.exec(section)?.[1];
  if (example === undefined) throw new Error(`no example of ${name}`);
  return example;
}

/** Chains and sets of others that an example relies on. */
function prepare(namespace: string, backend: 'nft' | 'legacy'): void {
  for (const family of FAMILIES) {
    load(
      namespace,
      backend,
      family,
      '*filter\n:DOCKER-USER - [0:0]\n-A FORWARD -j DOCKER-USER\n-A DOCKER-USER -j RETURN\nCOMMIT\n',
    );
  }
  for (const args of [
    ['create', 'blocked', 'hash:net'],
    ['create', 'blocked6', 'hash:net', 'family', 'inet6'],
  ]) {
    expect(inNamespace(namespace, 'ipset', args)).toMatchObject({ status: 0 });
  }
}

describe.each(['nft', 'legacy'] as const)('templates that come with fw (%s)', (backend) => {
  test.each(NAMES)('the example of %s is applied, and a second plan is empty', async (name) => {
    const namespace = makeNamespace();
    prepare(namespace, backend);
    const ports = shippedPorts();
    const state = stateFolder({ 'a.yaml': `namespace: ${namespace}\nbackend: ${backend}\n${exampleOf(name)}` });
    const made = await plan(state, ports);
    expect(made.warnings).toEqual([]);
    expect(made.plan.steps.length).toBeGreaterThan(0);
    await apply(state, ports);
    expect((await plan(state, ports)).plan.steps.map((step) => step.edits)).toEqual([]);
    expect(saved(namespace, backend, 'ipv4')).toContain('-A DOCKER-USER -j RETURN');
  });

  test('a document that uses a template in two namespaces', async () => {
    const [one, two] = [makeNamespace('one'), makeNamespace('two')];
    const state = stateFolder({
      'a.yaml': `namespace: [${one}, ${two}]\nbackend: ${backend}\nvalues: {lan: [10.1.0.0/16, '2001:db8::/32']}\nuse:\n  - {template: gateway, with: {inside: $lan}}\n`,
      '_templates/gateway.yaml':
        'parameters: {inside: {type: list of cidr}}\ntables:\n  filter:\n    FORWARD:\n      - -s $inside -p tcp -m tcp --dport 80 -j web\n    web:\n      - -j ACCEPT\n',
    });
    await apply(state, shippedPorts());
    for (const namespace of [one, two]) {
      expect(saved(namespace, backend, 'ipv4')).toContain(
        '-A fw-FORWARD -s 10.1.0.0/16 -p tcp -m tcp --dport 80 -j fw-web',
      );
      expect(saved(namespace, backend, 'ipv6')).toContain(
        '-A fw-FORWARD -s 2001:db8::/32 -p tcp -m tcp --dport 80 -j fw-web',
      );
    }
    expect((await plan(state, shippedPorts())).plan.steps).toEqual([]);
  });

  test('what the kernel refuses in a template is told with the rule, the value and both uses', async () => {
    const namespace = makeNamespace();
    const state = stateFolder({
      'a.yaml': `namespace: ${namespace}\nbackend: ${backend}\nuse:\n  - template: outer\n    with: {port: http-alt-alt}\n`,
      '_templates/outer.yaml': 'parameters: {port: {type: port}}\nuse:\n  - {template: inner, with: {port: $port}}\n',
      '_templates/inner.yaml':
        'parameters: {port: {type: port}}\ntables:\n  filter:\n    INPUT:\n      - -p tcp --dport 80 -j ACCEPT\n      - -p tcp --dport $port -j ACCEPT\n',
    });
    const error = await plan(state, shippedPorts()).catch((caught: unknown) => caught);
    if (!(error instanceof FwError)) throw new Error('the plan was made');
    const [diagnostic, ...others] = error.diagnostics;
    expect(others).toEqual([]);
    const place = (span: { file: string; start: number; end: number } | undefined) => [
      span?.file.slice(state.length + 1),
      error.sources.get(span?.file ?? '')?.slice(span?.start, span?.end),
    ];
    expect(place(diagnostic?.span)).toEqual(['_templates/inner.yaml', '-p tcp --dport $port -j ACCEPT']);
    expect(diagnostic?.span?.expanded?.calls.map(place)).toEqual([
      ['_templates/outer.yaml', 'inner'],
      ['a.yaml', 'outer'],
    ]);
    expect(diagnostic?.span?.expanded?.values.map(({ name, span }) => [name, ...place(span)])).toEqual([
      ['port', 'a.yaml', 'http-alt-alt'],
    ]);
    expect(diagnostic?.output).toContain('http-alt-alt');
  });

  test('rules for a chain of another program: one jump, a warning where the chain is missing, and all of it goes again', async () => {
    const namespace = makeNamespace();
    const document = (rules: string) =>
      `namespace: ${namespace}\nbackend: ${backend}\ntables:\n  filter:\n    DOCKER-USER:\n      foreign: true\n      rules: [${rules}]\n`;
    const state = stateFolder({ 'a.yaml': document('-s 10.0.0.0/8 -j DROP') });
    const before = await plan(state);
    expect(before.warnings.map(({ code, message }) => [code, message])).toEqual([
      [
        'state.foreign',
        `Nothing jumps to the rules of \`DOCKER-USER\`: ${namespace} has no such chain (ipv4 and ipv6)`,
      ],
    ]);
    await apply(state);
    for (const family of FAMILIES) {
      load(
        namespace,
        backend,
        family,
        '*filter\n:DOCKER-USER - [0:0]\n-A FORWARD -j DOCKER-USER\n-A DOCKER-USER -j RETURN\nCOMMIT\n',
        ['--noflush'],
      );
    }
    const after = await plan(state);
    expect(after.warnings).toEqual([]);
    await apply(state);
    expect(saved(namespace, backend, 'ipv4')).toContain('-A DOCKER-USER -j fw-DOCKER-USER\n-A DOCKER-USER -j RETURN');
    expect((await plan(state)).plan.steps).toEqual([]);
    const rest = stateFolder({
      'a.yaml': `namespace: ${namespace}\nbackend: ${backend}\ntables:\n  filter:\n    INPUT: [-i lo -j ACCEPT]\n`,
    });
    await apply(rest);
    expect(saved(namespace, backend, 'ipv4')).not.toContain('fw-DOCKER-USER');
    expect(saved(namespace, backend, 'ipv4')).toContain('-A DOCKER-USER -j RETURN');
  });
});
