import { cpus } from 'node:os';
import { medians, timeFw } from './measure.mjs';
import { fillNamespaces, timeApplyLoop, timeSaveLoop } from './namespaces.mjs';
import { printRules } from './rules.mjs';

const RULE = '-s 192.0.2.1/32 -j DROP';

/** One rule more in each of many namespaces, and one less in the next round, beside a loop of the shell that does the same in as many others; and a plan without changes. */
export async function applyEverywhere(bench, { count, rounds, warm, plans }) {
  const { write, folder } = bench;
  const all = fillNamespaces(bench, count);
  const names = all.map(({ name }) => name);
  const flags = ['--state', `${folder}/state`, '--data-dir', `${folder}/data`, '--traffic', 'none'];
  const rows = [];
  const cores = `a loop on ${cpus().length} cores`;
  if (plans > 0) {
    const plan = async () => ({ loop: await timeSaveLoop(names), plan: timeFw(['plan', ...flags]).ms });
    const { loop, plan: fw, spread } = await medians(plans, plan);
    const row = { what: 'plan without changes', measured: fw, spread: spread.plan, unit: 'ms', bare: loop };
    rows.push({ ...row, limit: 1.2 * loop, by: `1.2 x ${cores}` });
  }
  const twins = fillNamespaces(withOtherNames(bench), Math.min(count, 100)).map(({ name }) => name);
  const found = await medians(
    rounds,
    async (round) => {
      const isMore = round % 2 === 1;
      const script = write(
        'change',
        `*filter\n${isMore ? `-A FORWARD ${RULE}` : '-D FORWARD -s 192.0.2.1/32 -j DROP'}\nCOMMIT\n`,
      );
      for (const { name, ipv4 } of all) write(`state/${name}/ipv4.rules`, printRules(isMore ? withRule(ipv4) : ipv4));
      const loop = round === 0 ? 0 : (await timeApplyLoop(twins, script)) * (count / twins.length);
      const apply = timeFw(['apply', '--auto-approve', '--allow-foreign-removal', '--allow-exposure', ...flags]).ms;
      return { loop, apply };
    },
    { warm },
  );
  const { loop, apply, spread } = found;
  const by = `1.5 x ${cores}${twins.length < count ? `, of ${twins.length} namespaces` : ''}`;
  const row = { what: 'apply of one rule in each', measured: apply, spread: spread.apply, unit: 'ms', bare: loop };
  return [...rows, { ...row, limit: 1.5 * loop, by }];
}

function withRule(table) {
  return new Map([...table].map(([chain, rules]) => [chain, chain === 'FORWARD' ? [...rules, RULE] : rules]));
}

/** The twins are in no state. */
function withOtherNames({ makeNamespace, write }) {
  return {
    makeNamespace: (label) => makeNamespace(`twin-${label}`),
    write: (path, text) => write(`twins/${path}`, text),
  };
}
