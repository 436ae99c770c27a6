import { describe, expect, test } from 'vitest';
import type { FwError } from '../../src/core/diagnostics/errors.ts';
import { createLocator } from '../../src/core/diagnostics/locate.ts';
import { type Backend, FAMILIES, type Family } from '../../src/core/rules/types.ts';
import { REFUSED_CASES } from '../support/extension-refusals.ts';
import { EXTENSION_CASES, rulesOf } from '../support/extension-rules.ts';
import { apply, plan } from '../support/fw.ts';
import { inNamespace, makeNamespace, saved } from '../support/netns.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];

/** A namespace with the sets that rules name. */
function namespaceWithSets(): string {
  const name = makeNamespace();
  const sets = 'create fwtest4 hash:ip counters timeout 0 skbinfo\ncreate fwtest6 hash:ip family inet6\n';
  expect(inNamespace(name, 'ipset', ['restore'], sets).stderr).toBe('');
  return name;
}

/** Every rule, by table and chain. */
function group(rules: readonly (readonly [place: string, rule: string])[]): Map<string, Map<string, string[]>> {
  const tables = new Map<string, Map<string, string[]>>();
  for (const [place, rule] of rules) {
    const [table = '', chain = ''] = place.split(' ');
    const chains = tables.get(table) ?? new Map<string, string[]>();
    chains.set(chain, [...(chains.get(chain) ?? []), rule]);
    tables.set(table, chains);
  }
  return tables;
}

/** A rule of one family says so, with the key or as iptables-restore has it. */
function pin(rule: string, family: Family, ownership: string): string {
  if (ownership === 'shared') return quoted(`${family === 'ipv4' ? '-4' : '--ipv6'} ${rule}`);
  return `{family: ${family}, rule: ${quoted(rule)}}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function document(namespace: string, backend: Backend, ownership: string): string {
  const rules = EXTENSION_CASES.flatMap((one) =>
    [
      ...(one.both ?? []).map(quoted),
      ...FAMILIES.flatMap((family) => (one[family] ?? []).map((rule) => pin(rule, family, ownership))),
    ].map((item) => [one.place, item] as const),
  );
  const tables = [...group(rules)].map(([table, chains]) => {
    const lists = [...chains].map(([chain, texts]) => {
      return `    ${chain}:\n${texts.map((text) => `      - ${text}\n`).join('')}`;
    });
    return `  ${table}:\n${lists.join('')}`;
  });
  return `namespace: ${namespace}\nbackend: ${backend}\nownership: ${ownership}\ntables:\n${tables.join('')}`;
}

/** An iptables-save file as a person with odd habits writes it. */
function script(rules: readonly (readonly [place: string, rule: string])[]): string {
  const tables = [...group(rules)].map(([table, chains]) => {
    const lines = [...chains].flatMap(([chain, texts]) =>
      texts.map((text, index) => (index % 2 === 0 ? `-A ${chain} ${text}` : `  --append   ${chain}\t${text}`)),
    );
    return `# ${table}\n* ${table}\n${[...chains.keys()].map((chain) => `:${chain} ACCEPT [5:6]\n`).join('')}\n${lines.join('\n')}\nCOMMIT\n`;
  });
  return tables.join('');
}

function scriptRules(family: Family): readonly (readonly [string, string])[] {
  return EXTENSION_CASES.flatMap((one) => rulesOf(one, family).map((rule) => [one.place, rule] as const));
}

function ruleCount(text: string): number {
  return text.split('\n').filter((line) => line.startsWith('-A ')).length;
}

/** Rules that comma lists of addresses become: one more for each address or pair after the first. */
const MORE_BY_LISTS: Readonly<Record<Family, number>> = { ipv4: 3, ipv6: 1 };

async function expectNoChanges(state: string): Promise<void> {
  expect((await plan(state)).plan.steps.map((step) => step.edits)).toEqual([]);
}

describe.each(BACKENDS)('every option of every extension on %s', (backend) => {
  test.each(['exclusive', 'shared'])('in a document, %s: apply, plan, empty', async (ownership) => {
    const name = namespaceWithSets();
    const state = stateFolder({ 'a.yaml': document(name, backend, ownership) });
    await apply(state);
    for (const family of FAMILIES) {
      const hooks = ownership === 'shared' ? new Set(EXTENSION_CASES.map((one) => one.place)).size : 0;
      const wanted = scriptRules(family).length + MORE_BY_LISTS[family] + hooks;
      expect(ruleCount(saved(name, backend, family))).toBe(wanted);
    }
    await expectNoChanges(state);
  });

  test('in other words than iptables-save has for them', async () => {
    const name = namespaceWithSets();
    await apply(stateFolder({ 'a.yaml': document(name, backend, 'exclusive') }));
    const lines = new Set(FAMILIES.flatMap((family) => saved(name, backend, family).split('\n')));
    const rules = EXTENSION_CASES.flatMap((one) =>
      FAMILIES.flatMap((family) => rulesOf(one, family).map((rule) => `-A ${one.place.split(' ')[1]} ${rule}`)),
    );
    const respelt = new Set(rules.filter((rule) => !lines.has(rule)));
    expect(respelt.size).toBeGreaterThan(270);
  });

  test('in whole iptables-save files: apply, plan, empty', async () => {
    const name = namespaceWithSets();
    const state = stateFolder({
      'a.yaml': `namespace: ${name}\nbackend: ${backend}\n`,
      [`${name}/ipv4.rules`]: script(scriptRules('ipv4')),
      [`${name}/ipv6.rules`]: script(scriptRules('ipv6')),
    });
    await apply(state);
    for (const family of FAMILIES) {
      const wanted = scriptRules(family).length + MORE_BY_LISTS[family];
      expect(ruleCount(saved(name, backend, family))).toBe(wanted);
    }
    await expectNoChanges(state);
  });

  test('what cannot be loaded is refused, every rule at its own line, and nothing is changed', async () => {
    const name = makeNamespace();
    const files = FAMILIES.map((family) => {
      const rules = REFUSED_CASES.filter((one) => one.families.includes(family) && one.backend === undefined);
      return [`${name}/${family}.rules`, script(rules.map((one) => [one.place, one.rule]))] as const;
    });
    const state = stateFolder({ 'a.yaml': `namespace: ${name}\nbackend: ${backend}\n`, ...Object.fromEntries(files) });
    const error = await plan(state).catch((thrown: FwError) => thrown);
    if (!('diagnostics' in error)) throw new Error('the plan was made');
    const locate = createLocator(error.sources ?? new Map());
    const found = error.diagnostics.map(({ code, span }) => {
      return `${span?.file.split('/').at(-1)}:${span === undefined ? 0 : locate(span).line} ${code}`;
    });
    const wanted = files.flatMap(([path, text]) =>
      text.split('\n').flatMap((line, index) => {
        return /^ *(-A|--append) /.test(line) ? [`${path.split('/').at(-1)}:${index + 1} kernel.rejected`] : [];
      }),
    );
    expect(found.sort()).toEqual(wanted.sort());
    expect(FAMILIES.map((family) => ruleCount(saved(name, backend, family)))).toEqual([0, 0]);
  });
});

const BY_ONE = REFUSED_CASES.flatMap((one) => (one.backend === undefined ? [] : [{ ...one, backend: one.backend }]));

test.each(BY_ONE)('$extension is refused on $backend alone: $why', async ({ rule, place, families, backend }) => {
  const name = makeNamespace();
  const file = `${name}/${families[0]}.rules`;
  const state = stateFolder({ 'a.yaml': `namespace: ${name}\nbackend: ${backend}\n`, [file]: script([[place, rule]]) });
  await expect(plan(state)).rejects.toMatchObject({ diagnostics: [{ code: 'kernel.rejected' }] });
  writeFiles(state, { 'a.yaml': `namespace: ${name}\nbackend: ${BACKENDS.find((other) => other !== backend)}\n` });
  await apply(state);
  await expectNoChanges(state);
});

describe('a rateest match', () => {
  test.each(BACKENDS)('is planned when its estimator is live already (%s)', async (backend) => {
    const name = makeNamespace();
    const head = `namespace: ${name}\nbackend: ${backend}\nownership: exclusive\ntables:\n  mangle:\n    INPUT:\n`;
    const estimator = '      - -j RATEEST --rateest-name e1 --rateest-interval 250ms --rateest-ewmalog 0.5s\n';
    const state = stateFolder({ 'a.yaml': head + estimator });
    await apply(state);
    await expectNoChanges(state);
    const match = '      - -m rateest --rateest e1 --rateest-gt --rateest-pps 5 -j ACCEPT\n';
    writeFiles(state, { 'a.yaml': head + estimator + match });
    await apply(state);
    await expectNoChanges(state);
    expect(ruleCount(saved(name, backend, 'ipv4'))).toBe(2);
  });
});

describe('the data', () => {
  test('covers at least 60 extensions', () => {
    expect(new Set(EXTENSION_CASES.map(nameOf)).size).toBeGreaterThanOrEqual(60);
  });

  test('writes every option that the help of an extension names', () => {
    const name = makeNamespace();
    let named = 0;
    const missing = [...new Set(EXTENSION_CASES.map(nameOf))].flatMap((extension) => {
      const cases = EXTENSION_CASES.filter((one) => nameOf(one) === extension);
      const program = cases.some((one) => rulesOf(one, 'ipv4').length > 0) ? 'iptables-nft' : 'ip6tables-nft';
      const [kind = '', short = ''] = extension.split(' ');
      if (short === 'standard') return [];
      const help = inNamespace(name, program, [kind, short, '-h']).stdout;
      // The help of the program ends in --version; that of the extension follows.
      const own = help.split('print package version.')[1];
      if (own === undefined) return [`${extension} has no help`];
      const options = new Set(own.match(/--[a-z][\w-]*/g));
      named += options.size;
      const refused = REFUSED_CASES.filter((one) => one.extension === short).map((one) => one.rule);
      const rules = [...FAMILIES.flatMap((family) => cases.flatMap((one) => rulesOf(one, family))), ...refused];
      const words = new Set(rules.flatMap((rule) => rule.split(' ')).filter((word) => /^--[a-z]/.test(word)));
      const isWritten = (option: string) =>
        [...words].some((word) => word === option || (!options.has(word) && option.startsWith(word)));
      return [...options].filter((option) => !isWritten(option)).map((option) => `${extension} ${option}`);
    });
    expect(missing).toEqual([]);
    expect(named).toBeGreaterThan(290);
  });
});

function nameOf(one: (typeof EXTENSION_CASES)[number]): string {
  return 'match' in one ? `-m ${one.match}` : `-j ${one.target}`;
}
