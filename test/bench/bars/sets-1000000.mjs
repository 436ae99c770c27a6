import { execFileSync } from 'node:child_process';
import { medians, time, timeFw } from '../support/measure.mjs';

export const title = 'plan of 10 changes, a set of 1,000,000 entries';

/** The last addresses go, as many new ones come. */
export async function run({ makeNamespace, write, folder, dataDir, rounds }) {
  const name = makeNamespace('sets');
  const entries = Array.from({ length: 1_000_005 }, (_, at) => address(at));
  const script = `create fw-big hash:ip maxelem 1048576\n${entries
    .slice(0, -5)
    .map((one) => `add fw-big ${one}\n`)
    .join('')}`;
  execFileSync('nsenter', [`--net=/run/netns/${name}`, 'ipset', 'restore'], { input: script });
  write('state/lists/big.txt', `${entries.slice(5).join('\n')}\n`);
  write('state/big.yaml', `namespace: ${name}\nsets:\n  big: {type: hash:ip, family: ipv4, file: lists/big.txt}\n`);
  const flags = ['plan', '--state', `${folder}/state`, '--data-dir', dataDir];
  const { save, fw, mb } = await medians(rounds(5), () => {
    const save = time('nsenter', [`--net=/run/netns/${name}`, 'ipset', 'save', 'fw-big']);
    const { ms, mb } = timeFw(flags);
    return { save, fw: ms, mb };
  });
  const limit = 2 * save + 1000;
  return [
    { what: 'wall', measured: fw, limit, unit: 'ms', by: `2 times ipset save (${Math.round(save)} ms) + 1 s` },
    { what: 'peak memory of fw', measured: mb, limit: 1000, unit: 'MB', by: 'fixed' },
  ];
}

/** Each once, in no order that the kernel knows. */
function address(at) {
  const mixed = Math.imul(at + 1, 0x9e3779b1) & 0xffffff;
  return [11, mixed >>> 16, (mixed >>> 8) & 255, mixed & 255].join('.');
}
