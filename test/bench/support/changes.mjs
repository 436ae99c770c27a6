import { existsSync, rmSync } from 'node:fs';
import { load, timeSaves } from './bench.mjs';
import { medians, time, timeFw } from './measure.mjs';
import { changeTable, makeTable, printChange, printForeign, printRules } from './rules.mjs';

/**
 * Ten changes. Every round applies them or takes them back; bare tools of an apply: both saves, the same change by iptables-restore --noflush, both saves. Behind it a plan, one of
 * which all is proven, one after somebody else put ten rules in, and one where nothing ever was proven. `limits` are functions of what the bare tools took.
 */
export async function measureChanges(bench, { count, chains, backend = 'nft', limits, hasPlans = true }) {
  const { makeNamespace, write, folder, rounds } = bench;
  const table = makeTable(count, chains);
  const changed = changeTable(table, 10);
  const ways = [printChange(table, changed), printChange(changed, table)];
  const texts = [printRules(changed), printRules(table)];
  const [name, twin, empty] = ['live', 'twin', 'whole'].map(makeNamespace);
  for (const each of [name, twin]) load(each, texts[1], 'ipv4', backend);
  const flags = ['--state', `${folder}/state`, '--data-dir', `${folder}/data`, '--traffic', 'none'];
  const restore = (where, args, input) =>
    time('nsenter', [`--net=/run/netns/${where}`, `iptables-${backend}-restore`, ...args], { input });
  const plan = () => timeFw(['plan', ...flags]).ms;
  const found = await medians(rounds(9), (round) => {
    write(`state/${name}/ipv4.rules`, texts[round % 2]);
    const saves = timeSaves(twin, backend);
    const bare = saves + restore(twin, ['--noflush'], ways[round % 2]) + timeSaves(twin, backend);
    const apply = timeFw(['apply', '--auto-approve', '--allow-foreign-removal', '--allow-exposure', ...flags]).ms;
    if (!hasPlans) return { saves, bare, apply };
    const whole = restore(empty, [], texts[round % 2]);
    const after = plan();
    const proven = plan();
    const foreign = printForeign(changed, 10, round);
    restore(name, ['--noflush'], foreign.put);
    const others = plan();
    restore(name, ['--noflush'], foreign.takeAway);
    rmSync(`${folder}/data/proven`, { recursive: true, force: true });
    return { saves, bare, whole, apply, after, proven, others, unproven: plan() };
  });
  const row = (what, field, bare) => {
    const limit = limits[field]?.(found);
    const by = limit === undefined ? 'no bar' : limit.by;
    return { what, measured: found[field], spread: found.spread[field], limit: limit?.ms, unit: 'ms', by, bare };
  };
  const rows = [row('apply of ten changes', 'apply', found.bare)];
  if (!existsSync('/run/systemd/system'))
    rows.push({ what: 'the same, its watchdog a unit', skipped: 'systemd does not run here' });
  if (!hasPlans) return rows;
  return [
    ...rows,
    row('plan after it', 'after', found.saves),
    row('plan, proven', 'proven', found.saves),
    row('plan after somebody else put in ten rules', 'others', found.saves),
    row('plan, nothing ever proven', 'unproven', found.saves),
  ];
}

/** The limits of plans, by what they are made of. */
export const PLAN_LIMITS = {
  proven: ({ saves }) => ({ ms: 1.3 * saves + 130, by: '1.3 x saves + 130' }),
  others: ({ saves }) => ({ ms: 1.8 * saves + 200, by: '1.8 x saves + 200' }),
  unproven: ({ saves, whole }) => ({
    ms: saves + whole + 250,
    by: `saves + a whole restore (${Math.round(whole)} ms) + 250`,
  }),
};

/** So many times the bare tools and so much more. */
export function applyLimit(times, more) {
  const by = `${times === 1 ? '' : `${times} x `}bare + ${more}`;
  return ({ bare }) => ({ ms: times * bare + more, by });
}
