import { spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { type Backend, FAMILIES, type Family } from '../../src/core/rules/types.ts';
import { startBuilt } from '../support/driver.ts';
import { dataFolder } from '../support/fw.ts';
import { type Needed, readSuite, type SuiteFile, type SuiteRun } from '../support/netfilter-cases.ts';
import { inNamespace, load, makeNamespace } from '../support/netns.ts';
import { stateFolder } from '../support/state-folder.ts';

/** `npm run suite` takes every file, a test run every ninth. */
const EVERY = process.env.FW_SUITE === 'full' ? 1 : 9;
const WORKERS = 3;

type Judged = { readonly taken: readonly SuiteRun[]; readonly refused: readonly SuiteRun[] };

const files = readSuite().filter((_, index) => index % EVERY === 0);

function restore(ns: string, backend: Backend, family: Family, text: string): Promise<boolean> {
  const program = `${family === 'ipv4' ? 'iptables' : 'ip6tables'}-${backend}-restore`;
  const child = spawn('ip', ['netns', 'exec', ns, program], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { ...process.env, XTABLES_LOCKFILE: '/dev/null' },
  });
  child.stdin.on('error', () => {});
  child.stdin.end(text);
  return new Promise((resolve) => child.on('close', (code) => resolve(code === 0)));
}

/** As iptables-restore alone takes them: all of a chain together where they load, else each by itself. */
async function judge(backend: Backend, wanted: readonly SuiteFile[]): Promise<Judged> {
  const groups = wanted.flatMap(({ runs }) =>
    FAMILIES.flatMap((family) => {
      const own = runs.filter((run) => run.family === family);
      return [...new Set(own.map(placeOf))].map((place) => own.filter((run) => placeOf(run) === place));
    }),
  );
  const taken = new Set<SuiteRun>();
  const work = async () => {
    const ns = makeNamespace('judge');
    for (const [name] of objectsOf(wanted)) inNamespace(ns, 'nfacct', ['add', name]);
    for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
      const [first] = group;
      if (first === undefined) continue;
      const needed = wanted
        .flatMap((one) => (one.file === first.file ? one.needed : []))
        .filter(({ family }) => family === first.family);
      const likely = group.filter(({ expected }) => expected === 'OK');
      const isWhole = await restore(ns, backend, first.family, textOf([...needed, ...likely]));
      for (const run of isWhole ? group.filter(({ expected }) => expected === 'FAIL') : group)
        if (await restore(ns, backend, first.family, textOf([...needed, run]))) taken.add(run);
      if (isWhole) for (const run of likely) taken.add(run);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  const all = wanted.flatMap(({ runs }) => runs);
  return { taken: all.filter((run) => taken.has(run)), refused: all.filter((run) => !taken.has(run)) };
}

function objectsOf(wanted: readonly SuiteFile[]): ReadonlyMap<string, true> {
  return new Map(wanted.flatMap(({ objects }) => objects.map((name) => [name, true] as const)));
}

function placeOf({ table, chain }: SuiteRun): string {
  return `${table} ${chain}`;
}

/** An iptables-save file of one family. */
function textOf(runs: readonly Needed[]): string {
  const tables = [...new Set(runs.map(({ table }) => table))];
  return tables
    .map((table) => {
      const own = runs.filter((run) => run.table === table);
      return `*${table}\n${own.map(({ chain, rule }) => `-A ${chain} ${rule}\n`).join('')}COMMIT\n`;
    })
    .join('');
}

/** A document with one rule a line, and the rule of each line. */
function documentOf<T extends Needed>(ns: string, backend: Backend, ownership: string, runs: readonly T[]) {
  const lines = [`namespace: ${ns}`, `backend: ${backend}`, `ownership: ${ownership}`, 'tables:'];
  const runAt = new Map<number, T>();
  for (const table of new Set(runs.map((run) => run.table))) {
    lines.push(`  ${table}:`);
    const own = runs.filter((run) => run.table === table);
    for (const chain of new Set(own.map((run) => run.chain))) {
      lines.push(`    ${chain}:`);
      for (const run of own.filter((one) => one.chain === chain)) {
        const rule = run.rule.replaceAll('$', '$$$$').replaceAll("'", "''");
        lines.push(`      - {family: ${run.family}, rule: '${rule}'}`);
        runAt.set(lines.length, run);
      }
    }
  }
  return { text: `${lines.join('\n')}\n`, runAt };
}

/** `table: -A CHAIN RULE` of every rule, by table and chain, in shared ownership under the names of the built-in chains. */
function rulesIn(ns: string, backend: Backend, family: Family): readonly string[] {
  const { stdout } = inNamespace(ns, `${family === 'ipv4' ? 'iptables' : 'ip6tables'}-${backend}-save`, []);
  let table = '';
  const found = new Map<string, string[]>();
  for (const line of stdout.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1);
    const [, chain = '', rest = ''] = /^-A (?:fw-)?(\S+)(.*)$/.exec(line) ?? [];
    if (chain === '' || rest === ` -j fw-${chain}`) continue;
    const key = `${table}: -A ${chain}`;
    found.set(key, [...(found.get(key) ?? []), `${key}${rest}`]);
  }
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).flatMap(([, lines]) => lines);
}

/** iptables (legacy) would cut it; fw refuses what would not be what was written. */
function isCut({ rule }: SuiteRun, backend: Backend): boolean {
  return backend === 'legacy' && /--nflog-prefix \S{65}/.test(rule);
}

async function fw(data: string, ...args: readonly string[]) {
  return startBuilt([...args, '--data-dir', data]);
}

const judged = new Map<Backend, Promise<Judged>>();
function judgedBy(backend: Backend): Promise<Judged> {
  const known = judged.get(backend) ?? judge(backend, files);
  judged.set(backend, known);
  return known;
}

function report(words: string): void {
  if (EVERY === 1) process.stdout.write(`${words}\n`);
}

describe.each<Backend>(['nft', 'legacy'])('rules of the suite of netfilter, %s', (backend) => {
  test.each(['exclusive', 'shared', '.rules'])(
    'that iptables-restore takes are applied, are what it makes of them alone, and leave nothing to plan: %s',
    async (kind) => {
      const { taken } = await judgedBy(backend);
      const runs = taken.filter((run) => !isCut(run, backend));
      const needed = files.flatMap((one) => one.needed);
      // An estimator has to be there before the rule that asks it, and fw makes chains of its own in the order of their names.
      const first = kind === 'shared' ? needed.map((one) => ({ ...one, chain: 'FORWARD' })) : needed;
      const declared = [...first, ...runs];
      const isNeeded = (line: string) => needed.some(({ rule }) => line.includes(rule.slice(0, rule.indexOf(' --'))));
      const objects = objectsOf(files);
      const [ns, plain] = [makeNamespace(), makeNamespace('plain')];
      for (const one of [ns, plain]) for (const [name] of objects) inNamespace(one, 'nfacct', ['add', name]);
      const ofFamily = <T extends Needed>(family: Family, rules: readonly T[]) =>
        rules.filter((one) => one.family === family);
      for (const family of FAMILIES)
        load(plain, backend, family, textOf([...ofFamily(family, needed), ...ofFamily(family, runs)]));
      if (kind === '.rules' && backend === 'legacy') load(ns, backend, 'ipv4', '*filter\n-A INPUT -j ACCEPT\nCOMMIT\n');
      const state =
        kind === '.rules'
          ? stateFolder(
              Object.fromEntries(
                FAMILIES.map((family) => [`${ns}/${family}.rules`, textOf(ofFamily(family, declared))]),
              ),
            )
          : stateFolder({ 'a.yaml': documentOf(ns, backend, kind, declared).text });
      const data = dataFolder();
      const applied = await fw(
        data,
        'apply',
        '--state',
        state,
        '--auto-approve',
        '--allow-unrehearsed',
        '--allow-foreign-removal',
      );
      expect([applied.status, applied.stderr]).toEqual([0, expect.any(String)]);
      const again = await fw(data, 'plan', '--state', state, '--detailed-exitcode');
      expect([again.status, again.stderr, again.stdout]).toEqual([0, expect.any(String), expect.any(String)]);
      for (const family of FAMILIES) {
        const [made, alone] = [ns, plain].map((one) => rulesIn(one, backend, family).filter((line) => !isNeeded(line)));
        expect(made).toEqual(alone);
      }
      report(`${backend} ${kind}: ${runs.length} of ${runs.length} applied, alike, and nothing left to plan`);
    },
    1_200_000,
  );

  test('that it refuses are refused at their lines, every one', async () => {
    const { taken, refused } = await judgedBy(backend);
    const cut = taken.filter((run) => isCut(run, backend));
    const wanted = [...refused, ...cut];
    const ns = makeNamespace();
    for (const [name] of objectsOf(files)) inNamespace(ns, 'nfacct', ['add', name]);
    let left: readonly SuiteRun[] = wanted;
    while (left.length > 0) {
      const { text, runAt } = documentOf(ns, backend, 'exclusive', left);
      const { status, stdout } = await fw(dataFolder(), 'plan', '--state', stateFolder({ 'a.yaml': text }), '--json');
      const found = new Set(linesOf(stdout).flatMap((line) => runAt.get(line) ?? []));
      // What is left was not refused: these are the rules that fw would take.
      expect([status, found.size > 0 ? [] : left]).toEqual([1, []]);
      left = left.filter((run) => !found.has(run));
    }
    report(
      `${backend} refused at their lines: ${wanted.length} of ${wanted.length}, ${cut.length} of them since iptables would cut a text`,
    );
    expect(FAMILIES.flatMap((family) => rulesIn(ns, backend, family))).toEqual([]);
  }, 1_200_000);
});

/** Lines of a state file that errors are about. */
function linesOf(stdout: string): readonly number[] {
  return stdout.split('\n').flatMap((line) => {
    const { diagnostic } = line === '' ? { diagnostic: undefined } : JSON.parse(line);
    return diagnostic?.severity === 'error' && diagnostic.range !== null ? [diagnostic.range.start.line] : [];
  });
}
