import { mkdirSync } from 'node:fs';
import { load, timeSaves } from '../support/bench.mjs';
import { largeFirewalls, printFirewall } from '../support/firewalls.mjs';
import { medians, timeFw } from '../support/measure.mjs';

export const title = 'the way of one packet, 10,000 live rules of a cluster';

const PACKET = ['trace', 'tcp', '198.51.100.7:40000', '10.96.0.5:80', '--in', 'lo', '--out', 'lo'];

export async function run({ makeNamespace, dataDir, rounds }) {
  const { makeFirewalls } = await largeFirewalls();
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const name = makeNamespace('trace');
  load(name, printFirewall(makeFirewalls('kube', 10_000, 0).before));
  const { saves, fw } = await medians(rounds(7), () => ({
    saves: timeSaves(name),
    fw: timeFw([...PACKET, '--namespace', name, '--data-dir', dataDir]).ms,
  }));
  return [{ what: 'wall', measured: fw, limit: 500, unit: 'ms', by: 'fixed', bare: saves }];
}
