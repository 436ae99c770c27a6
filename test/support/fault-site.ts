import { type Backend, FAMILIES } from '../../src/core/rules/types.ts';
import { dataFolder } from './fw.ts';
import { load, makeNamespace, saved } from './netns.ts';
import { waitUnlocked } from './programs.ts';
import { runBuilt } from './run-built.ts';
import { stateFolder } from './state-folder.ts';

const RULES =
  '*filter\n:INPUT ACCEPT [1:10]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n[5:50] -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n';

/** One namespace, a state that changes two of its tables in both families, and a data folder. */
export function makeSite(backend: Backend, options: { readonly fresh?: boolean } = {}) {
  const name = makeNamespace();
  if (options.fresh !== true) for (const family of FAMILIES) load(name, backend, family, RULES, ['--counters']);
  const state = stateFolder({
    'a.yaml':
      `namespace: ${name}\nbackend: ${backend}\ntables:\n` +
      '  mangle:\n    PREROUTING: [-p tcp --dport 80 -j MARK --set-mark 1]\n' +
      '  filter:\n    INPUT: {policy: DROP, rules: [-p tcp --dport 22 -j ACCEPT, -p tcp --dport 80 -j ACCEPT]}\n',
  });
  const data = dataFolder();
  const flags = ['--state', state, '--data-dir', data];
  const all = () => FAMILIES.map((family) => saved(name, backend, family, { counters: true }));
  const before = all();
  // A legacy table stays, pristine, as long as its namespace lives.
  const isBack = () =>
    all().every(
      (text, at) => text === before[at] || (backend === 'legacy' && tables(text) === tables(before[at] ?? '')),
    );
  return {
    name,
    state,
    data,
    flags,
    all,
    before,
    isBack,
    apply: ['apply', '--auto-approve', ...flags],
    fw: (...args: string[]) => runBuilt([...args, ...flags]),
    settled: () => waitUnlocked(data),
  };
}

/** The save without tables that hold nothing. */
function tables(text: string): string {
  return text
    .split(/^(?=\*)/m)
    .filter((table) => /^-A|^\[\d+:\d+\] -A|^:\S+ (?!ACCEPT)/m.test(table))
    .join('');
}
