import { spawnSync } from 'node:child_process';
import { medians, time, timeFw } from './measure.mjs';
import { makeTable, printRules } from './rules.mjs';

/** The first apply in a namespace without rules, with a data folder of its own, beside a restore of the same rules. */
export async function measureFirst({ makeNamespace, write, folder, rounds }, { count, chains }) {
  const text = printRules(makeTable(count, chains));
  const found = await medians(rounds(5), (round) => {
    const [name, twin] = [makeNamespace(`first-${round}`), makeNamespace(`twin-${round}`)];
    write(`state-${round}/${name}/ipv4.rules`, text);
    const restore = time('nsenter', [`--net=/run/netns/${twin}`, 'iptables-nft-restore'], { input: text });
    const flags = ['--state', `${folder}/state-${round}`, '--data-dir', `${folder}/data-${round}`, '--traffic', 'none'];
    const apply = timeFw(['apply', '--auto-approve', '--allow-foreign-removal', '--allow-exposure', ...flags]).ms;
    for (const each of [name, twin]) spawnSync('ip', ['netns', 'del', each]);
    return { restore, apply };
  });
  const { restore, apply, spread } = found;
  const by = '2.5 x restore + 250';
  return [
    {
      what: 'first apply',
      measured: apply,
      spread: spread.apply,
      limit: 2.5 * restore + 250,
      unit: 'ms',
      by,
      bare: restore,
    },
  ];
}
