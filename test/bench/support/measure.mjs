import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FW = new URL('../../../dist/fw.cjs', import.meta.url).pathname;
const PROBE = new URL('./probe.cjs', import.meta.url).pathname;

/** Runs a program to its end and returns the milliseconds that took. Throws when it fails: a failed run has no speed. */
export function time(file, args, options = {}) {
  const started = performance.now();
  const ran = spawnSync(file, args, { stdio: ['pipe', 'ignore', 'pipe'], maxBuffer: 1 << 28, ...options });
  const took = performance.now() - started;
  if (ran.error) throw ran.error;
  if (ran.status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${ran.status}: ${ran.stderr}`);
  return took;
}

/** Runs a script of the shell; words after it are its arguments. */
export function timeShell(script, ...words) {
  return time('sh', ['-euc', script, 'sh', ...words]);
}

/** Runs the built fw: milliseconds, the peak of its memory in MB, and when each phase began, in ms since its start. */
export function timeFw(args) {
  const folder = mkdtempSync(join(tmpdir(), 'fwb-probe-'));
  const file = join(folder, 'probe.json');
  try {
    const env = { ...process.env, NODE_OPTIONS: `--require ${PROBE}`, FWB_PROBE: file, NO_COLOR: '1' };
    const ms = time(process.execPath, [FW, ...args], { env });
    return { ms, ...JSON.parse(readFileSync(file, 'utf8')) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Medians of what one round gives, field by field. Rounds, not runs: whatever disturbs the machine meets both sides of a ratio. */
export async function medians(rounds, round) {
  const found = [];
  // The first round warms caches of files and is not counted.
  for (let number = 0; number <= rounds; number += 1) found.push(await round(number));
  found.shift();
  return Object.fromEntries(Object.keys(found[0]).map((field) => [field, median(found.map((one) => one[field]))]));
}

function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
