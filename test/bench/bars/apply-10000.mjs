import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { load, timeSaves } from '../support/bench.mjs';
import { medians, nodeOfFw, time, timeFw } from '../support/measure.mjs';
import { changeTable, makeTable, printRules } from '../support/rules.mjs';

const FW = new URL('../../../dist/fw.cjs', import.meta.url).pathname;

export const title = 'apply of 10 changes, 10,000 rules in 200 chains';

/** Every round applies the change or takes it back, so the table is the same every other round. */
export async function run({ makeNamespace, write, folder, dataDir, rounds }) {
  const table = makeTable(10_000, 200);
  const texts = [printRules(changeTable(table, 10)), printRules(table)];
  const name = makeNamespace('apply');
  const twin = makeNamespace('apply-twin');
  load(name, texts[1]);
  load(twin, texts[1]);
  const flags = ['--state', `${folder}/state`, '--data-dir', dataDir];
  const lines = [];
  const found = await medians(rounds(7), (round) => {
    write(`state/${name}/ipv4.rules`, texts[round % 2]);
    const saves = timeSaves(name);
    const restore = time('nsenter', [`--net=/run/netns/${twin}`, 'iptables-nft-restore'], { input: texts[round % 2] });
    lines.push(restoreLines(flags, `${folder}/plan`));
    const { ms, marks } = timeFw(['apply', '--auto-approve', '--allow-foreign-removal', ...flags]);
    const rehearsal = marks['fw:recheck'] - marks['fw:rehearse'];
    return { saves, restore, all: ms, rehearsal, fw: ms - rehearsal };
  });
  const { saves, restore, all, rehearsal, fw } = found;
  const limit = restore / 3 + saves + 300;
  const by = `a third of iptables-restore (${Math.round(restore)} ms) + saves (${Math.round(saves)} ms) + 300`;
  return [
    { what: 'wall without the rehearsal', measured: fw, limit, unit: 'ms', by },
    { what: 'the rehearsal', measured: rehearsal, unit: 'ms', by: `no bar; the whole apply: ${Math.round(all)} ms` },
    { what: 'lines of restore text', measured: Math.max(...lines), limit: 40, unit: 'lines', by: 'fixed' },
  ];
}

/** Lines of the restore texts of a plan, without the comments and the ways back that are shown with them. */
function restoreLines(flags, file) {
  const fw = (args) => execFileSync(nodeOfFw(), [FW, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
  rmSync(file, { force: true });
  fw(['plan', ...flags, '--out', file]);
  const lines = fw(['show', file, '--format', 'restore']).split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#')).length;
}
