import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importRules } from '../../src/app/import/import-rules.ts';
import { readForImport } from '../../src/app/import/read-for-import.ts';
import { type Backend, FAMILIES, type Family } from '../../src/core/rules/types.ts';
import { apply, plan, realPorts } from '../support/fw.ts';
import { inNamespace, load, makeNamespace, saved } from '../support/netns.ts';
import { stateFolder } from '../support/state-folder.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];
const FOLDER = new URL('../support/rules-files/', import.meta.url).pathname;

/** Files in the manner of several tools and of several versions of iptables-save: NAME.v4.rules and NAME.v6.rules. */
const FILES = readdirSync(FOLDER).map((file) => {
  const family: Family = file.endsWith('.v4.rules') ? 'ipv4' : 'ipv6';
  return [file, family, readFileSync(FOLDER + file, 'utf8')] as const;
});

function namespaceWithSet(): string {
  const name = makeNamespace();
  expect(inNamespace(name, 'ipset', ['create', 'remote4', 'hash:net']).stderr).toBe('');
  return name;
}

/** Table by table, so that neither their order nor tables that are empty count. */
function tablesOf(text: string): ReadonlyMap<string, string> {
  const tables = text.split(/^(?=\*)/m).filter((table) => table.startsWith('*'));
  const pristine = (table: string) => !/^(?:-A |:\S+ (?:DROP|-))/m.test(table);
  return new Map(tables.filter((table) => !pristine(table)).map((table) => [table.split('\n')[0] ?? '', table.trim()]));
}

/** Files of programs that share their tables with no other leave nothing to import. */
async function isOnlyOfOthers(imported: Promise<unknown>): Promise<boolean> {
  const error: unknown = await imported.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) return false;
  expect(error).toMatchObject({ code: 'import.nothing', message: expect.stringContaining('those of other programs') });
  return true;
}

test('there are files of both families', () => {
  expect(new Set(FILES.map(([, family]) => family))).toEqual(new Set(FAMILIES));
});

describe.each(BACKENDS)('files that exist already, on %s', (backend) => {
  test.each(FILES)(
    '%s: applied, it is what iptables-restore makes of it, and a second plan is empty',
    async (_, family, text) => {
      const [ours, theirs] = [namespaceWithSet(), namespaceWithSet()];
      const state = stateFolder({
        'backend.yaml': `namespace: ${ours}\nbackend: ${backend}\n`,
        [`${ours}/${family}.rules`]: text,
      });
      await apply(state);
      load(theirs, backend, family, text);
      const wanted = tablesOf(saved(theirs, backend, family));
      expect(wanted.size).toBeGreaterThan(0);
      expect(tablesOf(saved(ours, backend, family))).toEqual(wanted);
      expect((await plan(state)).plan.steps.map((step) => step.edits)).toEqual([]);
    },
  );

  test.each(FILES)('%s: what iptables-restore loaded from it needs no change', async (_, family, text) => {
    const name = namespaceWithSet();
    load(name, backend, family, text);
    const state = stateFolder({
      'backend.yaml': `namespace: ${name}\nbackend: ${backend}\n`,
      [`${name}/${family}.rules`]: text,
    });
    expect((await plan(state)).plan.steps.map((step) => step.edits)).toEqual([]);
  });

  test.each(FILES)(
    '%s: imported, with the chains of others and without, it needs no change',
    async (_, family, text) => {
      const name = namespaceWithSet();
      load(name, backend, family, text);
      const ports = realPorts();
      for (const withForeign of [true, false]) {
        const folder = join(stateFolder({}), 'state');
        const imported = importRules(ports, await readForImport(ports, [name], 'auto'), { folder, withForeign });
        if (withForeign || !(await isOnlyOfOthers(imported))) {
          expect((await imported).files.length).toBe(1);
          expect((await plan(folder)).plan.steps.map((step) => step.edits)).toEqual([]);
        }
      }
    },
  );

  test('two files of one namespace, under the names that Debian gives them', async () => {
    const name = makeNamespace();
    const read = (file: string) => readFileSync(FOLDER + file, 'utf8');
    const state = stateFolder({
      'backend.yaml': `namespace: ${name}\nbackend: ${backend}\n`,
      [`${name}/rules.v4`]: read('persistent.v4.rules'),
      [`${name}/rules.v6`]: read('persistent.v6.rules'),
    });
    await apply(state);
    expect((await plan(state)).plan.steps).toEqual([]);
    expect(saved(name, backend, 'ipv4')).toContain('-A LIMITS -m limit --limit 3/min');
    expect(saved(name, backend, 'ipv6')).toContain('-A INPUT -m rt --rt-type 0 -j DROP');
  });
});
