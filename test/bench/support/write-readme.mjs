import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { nodeOfFw } from './measure.mjs';
import { printTable } from './table.mjs';

const README = new URL('../README.md', import.meta.url);
const BEGIN = '<!-- numbers -->';
const END = '<!-- end of numbers -->';

/** Replaces what stands between the two marks in README.md by this run. */
export function writeReadme(rows) {
  const text = readFileSync(README, 'utf8');
  const [before] = text.split(BEGIN);
  const after = text.slice(text.indexOf(END));
  const iptables = execFileSync('iptables-nft-save', ['--version'], { encoding: 'utf8' }).trim();
  const cores = cpus();
  const machine = `${cores.length} x ${cores[0].model}, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()}`;
  const facts = [
    `- date: ${new Date().toISOString().slice(0, 10)}`,
    `- machine: ${machine}`,
    `- programs: Node ${execFileSync(nodeOfFw(), ['--version'], { encoding: 'utf8' }).trim()}, ${iptables}`,
    `- command: \`node ${['test/bench/run.mjs', ...process.argv.slice(2)].join(' ')}\``,
  ];
  writeFileSync(README, `${before}${BEGIN}\n\n${facts.join('\n')}\n\n${printTable(rows)}\n${after}`);
}
