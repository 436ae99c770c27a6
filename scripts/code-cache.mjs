// V8's code cache of main.cjs: `node scripts/code-cache.mjs MAIN` makes the one of the Node that runs it, beside MAIN; those of other versions stay.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';

const script = fileURLToPath(import.meta.url);

/**
 * What a run compiles depends on threads, on the collector and on the seeds of hashes, all of which are fixed here: two caches differ in a few bytes. V8 takes a cache only under the
 * flags that it was made under; a hash of them is the fourth word of its header, so it is replaced by that of a run without flags. None of these changes
 * what a function is compiled to.
 */
const SAME_EACH_TIME = ['--predictable', '--no-flush-bytecode', '--hash-seed=1', '--random-seed=1'];
const FLAG_HASH = 12;

if (process.argv[1] === script) await startHere(process.argv.slice(2));

/** Where fw looks for the cache of a Node, see src/main/launch.ts: a cache fits one version on one kind of processor. */
export function cacheFor(node, main) {
  const asked = spawnSync(node, ['-p', "process.version + '-' + process.arch"], { encoding: 'utf8' });
  if (asked.status !== 0) throw new Error(`${node} does not run: ${asked.error?.message ?? asked.stderr}`);
  return `${main}.${asked.stdout.trim()}.cache`;
}

/** In processes of their own, since filling the cache runs the program. Throws when V8 would not take what was made. */
export function makeCache(node, main, cache) {
  for (const [flags, step] of [
    [SAME_EACH_TIME, 'write'],
    [[], 'sign'],
  ]) {
    const { status, stderr } = spawnSync(node, [...flags, script, main, cache, step], {
      cwd: dirname(main),
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (status !== 0) throw new Error(`the code cache was not made:\n${stderr}`);
  }
}

async function startHere([main, cache = cacheFor(process.execPath, main), step]) {
  if (step === 'write') writeCache(main, cache);
  else if (step === 'sign') signCache(main, cache);
  else makeCache(process.execPath, main, cache);
}

/** The words around main.cjs are those of src/main/run-bundle.ts. */
function sourceOf(main) {
  return `(function (exports, require, module, __filename, __dirname) {${readFileSync(main, 'latin1')}\n})`;
}

/** Runs a plan first: V8 keeps only functions that were compiled, and it compiles them when they are called. No live rule is looked at. */
function writeCache(main, cache) {
  const folder = mkdtempSync(join(tmpdir(), 'fw-build-'));
  const argv = writeSample(folder);
  const compiled = new vm.Script(sourceOf(main), { filename: main });
  const module = new Module(main);
  const require = createRequire(main);
  require.cache[main] = module;
  compiled.runInThisContext()(module.exports, require, module, main, dirname(main));
  process.on('exit', (exit) => {
    rmSync(folder, { recursive: true });
    if (exit === 0) writeFileSync(cache, compiled.createCachedData());
  });
  module.exports.main(argv);
}

function signCache(main, cache) {
  const made = readFileSync(cache);
  new vm.Script('0').createCachedData().copy(made, FLAG_HASH, FLAG_HASH, FLAG_HASH + 4);
  const { cachedDataRejected } = new vm.Script(sourceOf(main), { filename: main, cachedData: made });
  if (cachedDataRejected) throw new Error('V8 does not take it');
  writeFileSync(cache, made);
}

/**
 * A state, a snapshot of rules that it changes, and the words of the plan from the one to the other. Every rule that stays or is moved stands
 * in the snapshot as it is, so the kernel need not be asked how it spells any.
 */
function writeSample(folder) {
  const rules = [
    '-s 192.0.2.1/32 -p tcp -m tcp --dport 22 -j ACCEPT',
    '-m comment --comment "a b" -j web',
    '-i lo -j DROP',
  ];
  const live = { name: 'web', counters: ['0', '0'], rules: rules.map((text) => ({ text, counters: ['1', '60'] })) };
  const chains = ['INPUT', 'FORWARD', 'OUTPUT'].map((name) => ({ ...live, name, policy: 'ACCEPT' }));
  const ruleset = (family) => ({ family, tables: [{ name: 'filter', chains: [...chains, { ...live, rules: [] }] }] });
  const snapshot = {
    ...{ format_version: '1.0', kind: 'snapshot', fw_version: '0', created: '2026-01-01T00:00:00.000Z', host: 'build' },
    versions: '',
    namespaces: ['edge', 'gate'].map((name) => ({
      ...{ namespace: { kind: 'named', name }, backend: 'nft', ipv4: ruleset('ipv4'), ipv6: ruleset('ipv6'), sets: [] },
    })),
  };
  const digest = `sha256:${createHash('sha256').update(JSON.stringify(snapshot)).digest('hex')}`;
  const [first, second, third] = rules;
  const state = `namespace: edge\nownership: exclusive\ntables:\n  filter:\n    INPUT:\n      policy: ACCEPT\n      rules: ${JSON.stringify([third, first])}\n    web:\n      - ${JSON.stringify(first)}\n`;
  const script = `*filter\n:INPUT ACCEPT [0:0]\n-A INPUT ${first}\n-A INPUT ${second}\n:web - [0:0]\nCOMMIT\n`;
  mkdirSync(join(folder, 'state', 'gate'), { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'state', 'edge.yaml'), state);
  writeFileSync(join(folder, 'state', 'gate', 'ipv4.rules'), script);
  writeFileSync(join(folder, 'live'), `${JSON.stringify({ ...snapshot, digest })}\n`);
  return ['plan', '--state', join(folder, 'state'), '--live', join(folder, 'live'), '--data-dir', join(folder, 'data')];
}
