import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/rules/types.ts';
import { apply, realPorts } from '../support/fw.ts';
import { load, makeNamespace, saved } from '../support/netns.ts';
import { findProcesses, waitUnlocked } from '../support/programs.ts';
import { runBuilt } from '../support/run-built.ts';
import { loadSets, savedSets } from '../support/sets.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

/** 500 on each backend with FW_FAULTS=full; in the ordinary run fewer, to keep it short. */
const APPLIES = process.env.FW_FAULTS === 'full' ? 500 : 8;

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0))
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'fwt-long-'));
  folders.push(made);
  return made;
}

const FOREIGN_RULES =
  '*filter\n:INPUT ACCEPT [0:0]\n:theirs - [0:0]\n-A INPUT -m set --match-set theirs src -j theirs\n-A theirs -j DROP\nCOMMIT\n';
const FOREIGN_SETS = 'create theirs hash:ip family inet\nadd theirs 198.51.100.1\n';

/**
 * Adds and removes entries of its set, swaps it with another one, and adds and removes a rule, until the file is gone. The kernel refuses to swap a set that some program lists
 * at the moment (EBUSY of ip_set_swap), so that is tried again.
 */
const WRITER = `
swap() {
  for try in $(seq 200); do ipset swap "$1" "$2" 2>/dev/null && return; done
  ipset swap "$1" "$2"
}
n=0
while [ -e "$2" ]; do
  n=$((n + 1))
  ipset add theirs 203.0.113.1 && ipset create busy hash:ip family inet && ipset add busy 198.51.100.1 &&
  ipset add busy 203.0.113.2 && swap busy theirs && ipset destroy busy && ipset del theirs 203.0.113.2 &&
  "$1" -w -A theirs -s 203.0.113.3 -j RETURN && "$1" -w -D theirs -s 203.0.113.3 -j RETURN || exit 1
done
echo "$n"
`;

function document(name: string, backend: Backend, round: number): string {
  const entries = Array.from({ length: 20 }, (_, index) => `192.0.2.${(index * 7 + round) % 250}`);
  return (
    `namespace: ${name}\nbackend: ${backend}\nsets:\n  ours: {type: hash:ip, entries: [${entries.join(', ')}]}\n` +
    `tables:\n  filter:\n    INPUT: [-m set --match-set ours src -j DROP, -p tcp -m tcp --dport ${1 + (round % 9)} -j ACCEPT]\n`
  );
}

/** Files and folders below a folder, without the numbers that differ from run to run. */
function tree(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' });
}

describe.each<Backend>(['nft', 'legacy'])(
  `${APPLIES} applies in a row on %s, beside a writer of rules and sets`,
  (backend) => {
    test('leave no process, no mount and no temporary file, and what others wrote is theirs', async () => {
      const name = makeNamespace();
      loadSets(name, FOREIGN_SETS);
      load(name, backend, 'ipv4', FOREIGN_RULES);
      const [data, temporary, go] = [folder(), folder(), join(folder(), 'go')];
      writeFileSync(go, '');
      const mounts = readFileSync('/proc/self/mountinfo', 'utf8');
      const writer = spawn('ip', ['netns', 'exec', name, 'sh', '-c', WRITER, 'sh', `iptables-${backend}`, go]);
      let output = '';
      for (const stream of [writer.stdout, writer.stderr])
        stream.on('data', (text) => {
          output += String(text);
        });
      const ended = new Promise<number | null>((resolve) => writer.on('close', resolve));
      const state = stateFolder({});
      const flags = ['--state', state, '--data-dir', data];
      try {
        for (let round = 1; round <= APPLIES; round += 1) {
          writeFiles(state, { 'a.yaml': document(name, backend, round) });
          const ran = runBuilt(
            ['apply', '--auto-approve', '--allow-removal-in-use', '--allow-mass-removal', ...flags],
            {
              env: { TMPDIR: temporary },
            },
          );
          expect(ran.status, ran.stderr).toBe(0);
          // The loop of the writer is read between two applies.
          await new Promise(setImmediate);
        }
      } finally {
        rmSync(go);
      }
      expect([await ended, output]).toEqual([0, expect.stringMatching(/^[1-9][0-9]*\n$/)]);
      waitUnlocked(data);
      const last = runBuilt(['plan', '--detailed-exitcode', ...flags]);
      expect(last.status, last.stdout).toBe(0);
      expect(savedSets(name).filter((line) => line.startsWith('add theirs'))).toEqual(['add theirs 198.51.100.1']);
      expect(savedSets(name).filter((line) => line.startsWith('add fw-ours'))).toHaveLength(20);
      const made = savedSets(name).flatMap((line) => /^create (\S+)/.exec(line)?.[1] ?? []);
      expect(made).toEqual(['fw-ours', 'fw-ours-6', 'theirs']);
      expect(saved(name, backend, 'ipv4')).toContain('-A INPUT -m set --match-set theirs src -j theirs');
      expect(findProcesses(data)).toEqual([]);
      expect(spawnSync('ip', ['netns', 'pids', name], { encoding: 'utf8' }).stdout).toBe('');
      expect(tree(temporary)).toEqual([]);
      expect(
        readFileSync('/proc/self/mountinfo', 'utf8')
          .split('\n')
          .filter((line) => !mounts.includes(line) && line.includes(data)),
      ).toEqual([]);
      // Besides one generation and one receipt an apply, the data folder holds a bounded number of files.
      const files = tree(data).filter((path) => !/^(generations|receipts)\//.test(path));
      expect(files.length, files.join('\n')).toBeLessThan(40);
      expect(files.filter((path) => /\.(new|tmp)$/.test(path))).toEqual([]);
    }, 1_800_000);
  },
);

test('many applies in one process leave no descriptor open', async () => {
  const name = makeNamespace();
  const data = folder();
  const ports = realPorts(undefined, data);
  const state = stateFolder({});
  const descriptors = () => readdirSync('/proc/self/fd').length;
  const counts: number[] = [];
  for (let round = 1; round <= 8; round += 1) {
    writeFiles(state, { 'a.yaml': document(name, 'nft', round) });
    await apply(state, ports);
    counts.push(descriptors());
  }
  // The first applies load code and open what stays open; from then on the number does not grow with the applies.
  expect(Math.max(...counts.slice(2))).toBeLessThanOrEqual(Math.max(...counts.slice(0, 2)));
});
