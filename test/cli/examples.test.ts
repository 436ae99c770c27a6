import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { type Machine, makeMachine } from '../support/machine.ts';
import { BUILT, runBuilt } from '../support/run-built.ts';

/** Generation that examples name; there are fewer here. */
const GENERATION = { written: /\b41\b/g, here: '2' };
const JOURNAL = /\b20260102T030405678Z-123\b/g;

/** The site that examples speak of, with three generations, a saved plan, and rules that are not imported yet. */
const SITE = `
mkdir -p /mnt/site/state /mnt/site/site/edge /etc/iptables /etc/bash_completion.d /usr/local/share/zsh/site-functions ~/.config/fish/completions
cd /mnt/site
for name in edge qrouter-1; do ip netns add "$name"; done
ip netns exec qrouter-1 iptables-nft -A FORWARD -i lo -j DROP
ip netns exec qrouter-1 iptables-nft-save > /etc/iptables/rules.v4
printf '%s\\n' 'tables:' '  filter:' '    INPUT:' '      - -p tcp --dport 22 -j ACCEPT' > state/host.yaml
printf '%s\\n' 'namespace: edge' 'tables:' '  filter:' '    web:' '      - -s 192.0.2.1 -j ACCEPT' '    INPUT:' '      - -j web' > state/edge.yaml
cp state/host.yaml site/edge/
printf '%s\\n' 'kind: tests' 'tests:' '  - allow: [tcp any -> port 22]' > state/tests.yaml
cp state/tests.yaml audit.yaml
git init -q -b main && git add . && git -c user.name=t -c user.email=t@example.com commit -qm state
for port in 80 443 8080; do
  echo "      - -p tcp --dport $port -j ACCEPT" >> state/host.yaml
  fw apply
done
echo '      - -p tcp --dport 25 -j ACCEPT' >> state/host.yaml
fw plan --out edge.fwplan
`;

/** A plan of what the state says now, and who may sign it. */
const SIGNED = `
ssh-keygen -q -t ed25519 -N '' -f key
printf 'ops@example.com %s\\n' "$(cat key.pub)" > allowed_signers
rm edge.fwplan
fw plan --out edge.fwplan --sign key
`;

/** What must be so before some examples. */
const BEFORE: readonly (readonly [RegExp, string])[] = [
  [/^fw (import|init)/, 'rm -rf state'],
  [/^fw confirm$/, `${change(2001)}; fw apply --confirm 5m`],
  [/^fw confirm \d/, `${change(2002)}; fw apply --confirm 5m`],
  // The examples of `fw rollback` have taken fw out by then.
  [/^fw state (forget|rename)/, 'fw apply'],
  [/^fw confirm --reject/, `${change(2005)}; fw apply --confirm 5m`],
  [/^fw apply edge.fwplan/, `${change(2003)}; ${SIGNED}`],
  [/^fw state forget .*--keep-rules/, 'fw apply'],
  [/^fw state rename edge/, 'fw apply'],
  [
    /^fw state rename .mnt/,
    'fw state forget core --keep-rules; mkdir -p /mnt/old; cp -a state /mnt/old/edge; env -u FW_STATE_NAME fw apply --state /mnt/old/edge',
  ],
  // The example of `fw state rename` has made another state of the same rules by then.
  [/^fw trace .*--desired/, 'fw state forget uplink --keep-rules'],
  [/^fw apply --approved/, `${change(2004)}; ${SIGNED}`],
];

function change(port: number): string {
  return `echo '      - -p tcp --dport ${port} -j ACCEPT' >> state/host.yaml`;
}

const examples = Object.keys(COMMANDS)
  .filter((id) => !isHidden(id))
  .flatMap((id) => [...helpOf(id).matchAll(/^ +\$ (fw (?!.*\[--).*)$/gm)].map(([, words = '']) => words));

/** oclif answers `fw help --help` with the help of fw; the page of commands has what help says of itself. */
function helpOf(id: string): string {
  if (id !== 'help') return runBuilt([id, '--help']).stdout;
  const page = readFileSync(new URL('../../docs/commands.md', import.meta.url), 'utf8');
  return page.replaceAll(/^ {4}(fw help .*?)(?: {4}#.*)?$/gm, '    $ $1');
}

function isHidden(id: string): boolean {
  return COMMANDS[id]?.hidden === true;
}

let root = '';
let machine: Machine;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'fwt-examples-'));
  symlinkSync(BUILT, join(root, 'fw'));
  // Every example works in a copy of the site, which is the same state by its name alone.
  const env = {
    PATH: `${root}:${process.env.PATH}`,
    HOME: '/mnt',
    FW_AUTO_APPROVE: '1',
    FW_STATE_NAME: 'edge',
    NO_COLOR: '1',
  };
  machine = await makeMachine(env);
  const made = machine.run(SITE);
  expect(made.status, made.stdout + made.stderr).toBe(0);
});
afterAll(async () => {
  await machine.end();
  rmSync(root, { recursive: true });
});

test('every command that is not hidden has an example', () => {
  const shown = new Set(examples.map((words) => words.split(' ')[1]));
  expect(Object.keys(COMMANDS).filter((id) => !isHidden(id) && !shown.has(id.replace(/:.*/, '')))).toEqual([]);
});

test.each(examples)('%s', (example) => {
  const copy = machine.run('copy=$(mktemp -d /mnt/copy-XXXX); cp -a /mnt/site/. "$copy"; echo "$copy"');
  const folder = copy.stdout.trim();
  for (const [pattern, words] of BEFORE) if (pattern.test(example)) machine.run(words, folder);
  const id = /\d{8}T\d{9}Z-\d+/.exec(machine.run('fw status', folder).stdout)?.[0] ?? '';
  const words = example.replace(GENERATION.written, GENERATION.here).replace(JOURNAL, id);
  // What is watched has no end but that of its reader.
  const ending = example.includes('--watch') ? `${words} | head -n 1` : words;
  // One way to say yes at a time.
  const ran = machine.run(example.includes('--approved') ? `unset FW_AUTO_APPROVE; ${words}` : ending, folder);
  // 2 says that there are changes, to those who ask for it.
  const expected = /^fw (drift|plan --detailed-exitcode)/.test(example) ? [0, 2] : [0];
  expect(expected, `${ran.stdout}\n${ran.stderr}`).toContain(ran.status);
  machine.run('fw confirm || true', folder);
});
