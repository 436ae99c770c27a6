import { build } from 'esbuild';
import { medians } from '../support/measure.mjs';

export const title = 'a state of 500 documents and 20,000 expanded rules, inside the process';

const DOCUMENTS = 500;
const RULES = 40;
const ENTRY = `
import { loadDesired } from './src/app/state/load-desired.ts';
import { openStateFiles } from './src/adapters/state-files/state-files.ts';
import { openShippedFiles } from './src/adapters/state-files/shipped-files.ts';
import { openTemplateFiles } from './src/adapters/state-files/template-files.ts';
export function loadState(path) {
  const trust = { allowUntrusted: false };
  const ports = { stateFiles: openStateFiles(trust), templates: openTemplateFiles({ ...trust, shipped: openShippedFiles('') }) };
  return loadDesired(ports, { path, allowEmpty: false, existing: undefined });
}
`;
const TEMPLATE = `parameters:
  ports: {type: list of port}
  from: {type: cidr}
tables:
  filter:
    INPUT:
      - -s $from -p tcp --dport $ports -j ACCEPT
`;

/** Half of the rules stand in the documents, half come from a template that repeats one for each item of a list. */
export async function run({ folder, write, rounds }) {
  const root = new URL('../../..', import.meta.url).pathname;
  const outfile = `${folder}/load-state.mjs`;
  await build({
    stdin: { contents: ENTRY, resolveDir: root, loader: 'ts' },
    ...{ outfile, bundle: true, format: 'esm', platform: 'node', logLevel: 'error' },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  write('state/_templates/ports.yaml', TEMPLATE);
  for (let number = 0; number < DOCUMENTS; number += 1) write(`state/n${number}.yaml`, document(number));
  const { loadState } = await import(outfile);
  const found = await medians(rounds(5), async () => {
    const started = performance.now();
    const { desired } = await loadState(`${folder}/state`);
    const ms = performance.now() - started;
    return { ms, rules: countRules(desired) };
  });
  if (found.rules !== DOCUMENTS * RULES) throw new Error(`${found.rules} rules`);
  return [{ what: 'load', measured: found.ms, limit: 1500, unit: 'ms', by: 'fixed' }];
}

function document(number) {
  const address = `10.${number >> 8}.${number & 255}`;
  const written = Array.from(
    { length: RULES / 2 },
    (_, rule) =>
      `      - {rule: -s ${address}.${rule} -p udp --dport ${1000 + rule} -j ACCEPT, comment: rule ${rule}}\n`,
  );
  const ports = Array.from({ length: RULES / 2 }, (_, port) => 2000 + port).join(', ');
  return `namespace: n${number}\nuse:\n  - {template: ports, with: {from: ${address}.0/24, ports: [${ports}]}}\ntables:\n  filter:\n    INPUT:\n${written.join('')}`;
}

function countRules({ namespaces }) {
  const rulesets = namespaces.flatMap((namespace) => namespace.rulesets);
  const claims = rulesets.flatMap(({ tables }) => tables.flatMap((table) => table.claims));
  return claims.reduce((sum, { chains }) => sum + chains.reduce((rules, chain) => rules + chain.rules.length, 0), 0);
}
