import { rmSync } from 'node:fs';
import { load, timeSaves } from '../support/bench.mjs';
import { medians, time, timeFw } from '../support/measure.mjs';
import { changeTable, makeTable, printChange, printRules } from '../support/rules.mjs';

export const title = 'ten changes beside the bare tools: apply, plan after it, plan where nothing was ever proven';

const SIZES = [
  { count: 1_000, chains: 50, backend: 'nft' },
  { count: 10_000, chains: 200, backend: 'nft' },
  { count: 10_000, chains: 200, backend: 'legacy' },
];

/** Every round applies the change or takes it back. Bare tools: both saves, the same change by iptables-restore --noflush, both saves. */
export async function run(bench) {
  const rows = [];
  for (const size of SIZES) rows.push(...(await measure(bench, size)));
  return rows;
}

async function measure({ makeNamespace, write, folder, rounds }, { count, chains, backend }) {
  const label = `${count.toLocaleString('en')}${backend === 'legacy' ? ' legacy' : ''}`;
  const table = makeTable(count, chains);
  const changed = changeTable(table, 10);
  const ways = [printChange(table, changed), printChange(changed, table)];
  const texts = [printRules(changed), printRules(table)];
  const name = makeNamespace(`${backend}${count}`);
  const twin = makeNamespace(`${backend}${count}-twin`);
  for (const each of [name, twin]) load(each, texts[1], 'ipv4', backend);
  const [state, data] = [`state-${backend}-${count}`, `${folder}/data-${backend}-${count}`];
  const flags = ['--state', `${folder}/${state}`, '--data-dir', data, '--traffic', 'none'];
  const restore = ['nsenter', [`--net=/run/netns/${twin}`, `iptables-${backend}-restore`, '--noflush']];
  const found = await medians(rounds(5), (round) => {
    write(`${state}/${name}/ipv4.rules`, texts[round % 2]);
    const saves = timeSaves(twin, backend);
    const bare = saves + time(...restore, { input: ways[round % 2] }) + timeSaves(twin, backend);
    const apply = timeFw(['apply', '--auto-approve', '--allow-foreign-removal', '--allow-exposure', ...flags]).ms;
    const after = timeFw(['plan', ...flags]).ms;
    const proven = timeFw(['plan', ...flags]).ms;
    rmSync(`${data}/proven`, { recursive: true, force: true });
    const unproven = timeFw(['plan', ...flags]).ms;
    return { saves, bare, apply, after, proven, unproven };
  });
  const plan = { unit: 'ms', by: 'no bar', bare: found.saves };
  return [
    { what: `${label}: apply`, measured: found.apply, unit: 'ms', by: 'no bar', bare: found.bare },
    { what: `${label}: plan after it`, measured: found.after, ...plan },
    { what: `${label}: plan, proven`, measured: found.proven, ...plan },
    { what: `${label}: plan, nothing proven`, measured: found.unproven, ...plan },
  ];
}
