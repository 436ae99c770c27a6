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

/** The Node that runs fw, see runtime.mjs. */
export function nodeOfFw() {
  return process.env.FWB_NODE ?? process.execPath;
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
    const ms = time(nodeOfFw(), [FW, ...args], { env });
    return { ms, ...JSON.parse(readFileSync(file, 'utf8')) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Medians of what one round gives, field by field, and in `spread` the smallest and the largest. Rounds, not runs: whatever disturbs the machine meets both sides of a
 * ratio. `warm: false` counts the first round too.
 */
export async function medians(rounds, round, { warm = true } = {}) {
  const found = [];
  // The first round warms caches of files and is not counted.
  for (let number = warm ? 0 : 1; number <= rounds; number += 1) found.push(await round(number));
  if (warm) found.shift();
  const fields = Object.keys(found[0]).map((field) => [field, found.map((one) => one[field])]);
  return {
    ...Object.fromEntries(fields.map(([field, numbers]) => [field, median(numbers)])),
    spread: Object.fromEntries(fields.map(([field, numbers]) => [field, [Math.min(...numbers), Math.max(...numbers)]])),
  };
}

function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
