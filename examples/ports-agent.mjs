// An agent that keeps the rules of ports which come and go, as on a host of virtual machines; then it says how long each change took from being asked for to being live
// and verified. It works in one network namespace, needs root and a built fw, and ends by itself:
//
//   ip netns add ports && node examples/ports-agent.mjs --namespace ports --ports 1000 --rate 10 --seconds 30
import { parseArgs } from 'node:util';
import { openFirewall } from 'fw-plan';

const { values } = parseArgs({
  options: {
    namespace: { type: 'string' },
    'data-dir': { type: 'string', default: '/var/lib/fw-ports' },
    ports: { type: 'string', default: '1000' },
    rate: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '30' },
  },
});
const { namespace } = values;
if (namespace === undefined) throw new Error('name a namespace: --namespace NAME');
const [ports, rate, seconds] = [values.ports, values.rate, values.seconds].map(Number);

/** What one port may receive. Each has a chain of its own and a jump to it, so that ports never meet in a rule. */
function documentOf(port, generation) {
  const address = `10.${(port >> 16) & 255}.${(port >> 8) & 255}.${port & 255}`;
  const rules = [
    '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    `-p tcp -m multiport --dports 22,${8000 + (generation % 1000)} -j ACCEPT`,
    '-j DROP',
  ];
  const chain = rules.map((rule) => `      - ${rule}\n`).join('');
  const text = `namespace: ${namespace}\ntables:\n  filter:\n    port-${port}:\n${chain}    FORWARD:\n      - -d ${address}/32 -j port-${port}\n`;
  return { path: `ports/${String(port).padStart(6, '0')}.yaml`, text };
}

const place = { path: 'place.yaml', text: `namespace: ${namespace}\ntables: {filter: {FORWARD: []}}\n` };
const all = Array.from({ length: ports }, (_, port) => documentOf(port, 0));
const batches = openFirewall({ dataDir: values['data-dir'] }).batches({
  name: 'ports',
  documents: [place, ...all],
  // A port that goes takes rules with it that were in use.
  allow: ['--allow-removal-in-use'],
});

const began = performance.now();
await batches.defer({});
console.log(`${ports} ports are live after ${((performance.now() - began) / 1000).toFixed(1)} s`);

const latencies = [];
const generations = new Set();
const calls = [];
for (let change = 0; change < rate * seconds; change += 1) {
  await new Promise((resolve) => setTimeout(resolve, 1000 / rate));
  const port = (change * 7919) % ports;
  const document = documentOf(port, change + 1);
  const asked = performance.now();
  // Every fifth port goes; its next change brings it back.
  const call = batches.defer(change % 5 === 4 ? { remove: [document.path] } : { put: [document] }).then(
    ({ generation }) => {
      latencies.push(performance.now() - asked);
      if (generation !== null) generations.add(generation);
    },
    (error) => console.error(`port ${port}: ${error.code}: ${error.message}. ${error.next}`),
  );
  calls.push(call);
}
await Promise.all(calls);
latencies.sort((one, other) => one - other);
const at = (part) => (latencies[Math.ceil(latencies.length * part) - 1] / 1000).toFixed(2);
console.log(`${latencies.length} changes in ${generations.size} applies`);
console.log(`seconds from asked to verified: p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, most ${at(1)}`);
