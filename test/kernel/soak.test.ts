import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/rules/types.ts';
import { apply, dataFolder, plan, realPorts } from '../support/fw.ts';
import { load, makeNamespace, saved } from '../support/netns.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

/** 200 plans on each backend; in the ordinary run fewer, to keep it short. */
const PLANS = process.env.FW_FAULTS === 'full' ? 200 : 9;
const SEED = 20_260_101;

const STATIC =
  '*filter\n:INPUT ACCEPT [0:0]\n:theirs - [0:0]\n-A INPUT -s 198.51.100.1 -j theirs\n-A theirs -s 198.51.100.2 -j RETURN\n-A theirs -j ACCEPT\nCOMMIT\n' +
  '*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p udp --dport 53 -j REDIRECT --to-ports 5353\nCOMMIT\n';

/** Adds and removes rules at the top, at the end and in a chain of its own, until the file is gone; it leaves nothing of them. */
const WRITER = `
n=0
while [ -e "$2" ]; do
  n=$((n + 1))
  "$1" -w -I INPUT 1 -s 203.0.113.1 -j DROP && "$1" -w -A INPUT -s 203.0.113.2 -j DROP &&
  "$1" -w -t nat -I PREROUTING 1 -p tcp --dport 99 -j REDIRECT --to-ports 9999 && "$1" -w -A theirs -s 203.0.113.3 -j DROP &&
  "$1" -w -N busy && "$1" -w -A busy -j RETURN && "$1" -w -I INPUT 2 -j busy || exit 1
  "$1" -w -D INPUT -j busy && "$1" -w -F busy && "$1" -w -X busy && "$1" -w -D theirs -s 203.0.113.3 -j DROP &&
  "$1" -w -t nat -D PREROUTING -p tcp --dport 99 -j REDIRECT --to-ports 9999 &&
  "$1" -w -D INPUT -s 203.0.113.2 -j DROP && "$1" -w -D INPUT -s 203.0.113.1 -j DROP || exit 1
done
echo "$n"
`;

const rule = fc
  .tuple(fc.constantFrom('tcp', 'udp'), fc.integer({ min: 1, max: 12 }), fc.constantFrom('ACCEPT', 'DROP', 'web'))
  .map(([protocol, port, target]) => `-p ${protocol} -m ${protocol} --dport ${port} -j ${target}`);
const desired = fc.record({
  hook: fc.constantFrom('first', 'last', 'any'),
  policy: fc.constantFrom('ACCEPT', 'DROP'),
  input: fc.uniqueArray(rule, { maxLength: 8 }),
  web: fc.uniqueArray(fc.integer({ min: 20, max: 30 }), { minLength: 1, maxLength: 4 }),
  nat: fc.boolean(),
});

function document(
  name: string,
  backend: Backend,
  wanted: typeof desired extends fc.Arbitrary<infer T> ? T : never,
): string {
  const list = (rules: readonly string[]) => `[${rules.map((text) => JSON.stringify(text)).join(', ')}]`;
  return (
    `namespace: ${name}\nbackend: ${backend}\nhook: ${wanted.hook}\ntables:\n  filter:\n` +
    `    INPUT: {policy: ${wanted.policy}, rules: ${list(wanted.input)}}\n` +
    `    web: ${list(wanted.web.map((port) => `-p tcp -m tcp --sport ${port} -j RETURN`))}\n` +
    (wanted.nat ? '  nat:\n    PREROUTING: [-p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080]\n' : '')
  );
}

function split(
  name: string,
  backend: Backend,
): { readonly foreign: readonly string[]; readonly ours: readonly string[] } {
  const lines = saved(name, backend, 'ipv4')
    .split('\n')
    .filter((line) => line.startsWith('-A'));
  const isOurs = (line: string) => /^-A fw-|-j fw-/.test(line);
  return { foreign: lines.filter((line) => !isOurs(line)), ours: lines.filter(isOurs) };
}

describe.each<Backend>(['nft', 'legacy'])('somebody writes without pause on %s', (backend) => {
  test(`while fw applies ${PLANS} random plans: nothing of theirs or of ours is lost or doubled`, async () => {
    const name = makeNamespace();
    load(name, backend, 'ipv4', STATIC);
    const foreign = split(name, backend).foreign;
    const data = dataFolder();
    const ports = realPorts(undefined, data);
    const go = join(data, 'go');
    writeFileSync(go, '');
    const writer = spawn('ip', ['netns', 'exec', name, 'sh', '-c', WRITER, 'sh', `iptables-${backend}`, go]);
    let said = '';
    for (const stream of [writer.stdout, writer.stderr]) {
      stream.on('data', (text) => {
        said += String(text);
      });
    }
    const ended = new Promise<number | null>((resolve) => writer.on('close', resolve));
    const state = stateFolder({});
    const plans = fc.sample(desired, { numRuns: PLANS, seed: SEED });
    let applied = 0;
    try {
      for (const wanted of plans) {
        writeFiles(state, { 'a.yaml': document(name, backend, wanted) });
        const { made } = await apply(state, ports);
        applied += made.plan.steps.length > 0 ? 1 : 0;
      }
    } finally {
      rmSync(go);
    }
    expect([await ended, said]).toEqual([0, expect.stringMatching(/^[0-9]+\n$/)]);
    console.log(
      `${backend}: ${applied} of ${PLANS} plans with changes applied while others wrote ${Number(said) * 14} times`,
    );

    expect(split(name, backend).foreign).toEqual(foreign);
    await apply(state, ports);
    const { steps } = (await plan(state, ports)).plan;
    expect(steps).toEqual([]);
    const last = plans.at(-1);
    const { ours } = split(name, backend);
    expect(split(name, backend).foreign).toEqual(foreign);
    expect(ours.filter((line) => line.startsWith('-A fw-INPUT'))).toEqual(
      last?.input.map((text) => `-A fw-INPUT ${text.replace('web', 'fw-web')}`),
    );
    expect(ours.filter((line) => line.startsWith('-A fw-web'))).toHaveLength(last?.web.length ?? -1);
    expect(new Set(ours).size).toBe(ours.length);
  }, 900_000);
});
