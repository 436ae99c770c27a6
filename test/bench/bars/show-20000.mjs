import { load } from '../support/bench.mjs';
import { medians, timeFw } from '../support/measure.mjs';

export const title = 'show of a saved plan that removes 10,000 rules and adds 10,000 others';

const FORMATS = ['text', 'summary', 'lines', 'json', 'markdown', 'sarif', 'junit', 'github', 'gitlab', 'restore'];
const COUNT = 10_000;

export async function run({ makeNamespace, write, folder, dataDir, rounds }) {
  const name = makeNamespace('show');
  load(
    name,
    printRules((index) => `-s 10.${(index >> 8) & 255}.${index & 255}.9/32 -p udp -j DROP`),
  );
  write(
    `state/${name}/ipv4.rules`,
    printRules((index) => `-p tcp -m tcp --dport ${index + 1} -m comment --comment "rule ${index}" -j ACCEPT`),
  );
  const file = `${folder}/show.fwplan`;
  const plan = ['plan', '--state', `${folder}/state`, '--data-dir', dataDir];
  timeFw([...plan, '--out', file]);
  const measured = await medians(rounds(5), () =>
    Object.fromEntries(FORMATS.map((format) => [format, timeFw(['show', file, '--format', format]).ms])),
  );
  const saved = await medians(rounds(7), () => ({
    with: timeFw([...plan, '--out', file]).ms,
    without: timeFw(plan).ms,
  }));
  return [
    ...FORMATS.map((format) => ({ what: format, measured: measured[format], limit: 1000, unit: 'ms', by: '1 s' })),
    {
      what: 'plan --out',
      measured: saved.with,
      limit: 1.15 * saved.without,
      unit: 'ms',
      by: `1.15 x a plan (${Math.round(saved.without)} ms)`,
    },
  ];
}

function printRules(rule) {
  const rules = Array.from({ length: COUNT }, (_, index) => `-A INPUT ${rule(index)}`);
  return [
    '*filter',
    ':INPUT ACCEPT [0:0]',
    ':FORWARD ACCEPT [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    ...rules,
    'COMMIT',
    '',
  ].join('\n');
}
