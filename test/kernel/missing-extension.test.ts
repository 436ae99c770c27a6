import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { load, makeNamespace, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

/** The folder of the extensions of iptables on this machine. */
function libraryOf(name: string): string {
  const found = readdirSync('/usr/lib', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name: folder }) => `/usr/lib/${folder}/xtables`)
    .find((folder) => readIfThere(folder).includes(name));
  if (found === undefined) throw new Error(`there is no ${name}`);
  return `${found}/${name}`;
}

function readIfThere(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

test.each([
  ['match', 'libxt_time.so', '-A FORWARD -m time --timestart 08:00 -j ACCEPT'],
  ['target', 'libxt_TCPMSS.so', '-A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu'],
])('a live rule whose %s is not installed here: what is said is to install it', (_, library, rule) => {
  const ns = makeNamespace('ext');
  load(ns, 'nft', 'ipv4', `*mangle\n${rule}\nCOMMIT\n`);
  const before = saved(ns, 'nft', 'ipv4');
  const state = stateFolder({ 'a.yaml': `namespace: ${ns}\nbackend: nft\ntables: {mangle: {INPUT: [-j ACCEPT]}}\n` });
  const hidden = ['unshare', '--mount', 'sh', '-c', 'mount --bind /dev/null "$0" && exec "$@"', libraryOf(library)];
  const flags = ['--data-dir', dataFolder()];
  for (const words of [
    ['plan', '--state', state],
    ['apply', '--auto-approve', '--state', state],
    ['import', '--namespace', ns, '--state', `${state}/imported`],
    ['snapshot', '--namespace', ns],
  ]) {
    const ran = runBuilt([...words, ...flags], { through: hidden });
    const text = `${ran.stdout}${ran.stderr}`.replaceAll(/\s+/g, ' ');
    expect([ran.status, text], words.join(' ')).toEqual([5, expect.stringContaining('Install the extension')]);
    expect(text, words.join(' ')).not.toContain('native nft');
  }
  expect(saved(ns, 'nft', 'ipv4')).toBe(before);
});

test('a target that this iptables does not have, with an option of its own, is named, not the option', () => {
  const ns = makeNamespace('ext');
  for (const [rule, name] of [
    ['-p tcp -j TARPIT --tarpit', 'TARPIT'],
    ['-j JOOL --instance x', 'JOOL'],
  ]) {
    const state = stateFolder({
      'a.yaml': `namespace: ${ns}\nownership: exclusive\ntables: {filter: {INPUT: [${JSON.stringify(rule)}]}}\n`,
    });
    const ran = runBuilt(['plan', '--state', state, '--data-dir', dataFolder()]);
    expect([ran.status, ran.stderr.replaceAll(/\s+/g, ' ')]).toEqual([
      1,
      expect.stringContaining(`${name} is neither a chain of this table nor a target that iptables has`),
    ]);
  }
});
