import { describe, expect, test } from 'vitest';
import type { FwError } from '../../src/core/diagnostics/errors.ts';
import { createLocator } from '../../src/core/diagnostics/locate.ts';
import { type Backend, FAMILIES } from '../../src/core/rules/types.ts';
import { apply, plan } from '../support/fw.ts';
import { load, makeNamespace, saved } from '../support/netns.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];

/** What is wrong stands between « and », which are taken out; resolves to the places as FILE:LINE:COLUMN-COLUMN. */
function marked(files: Readonly<Record<string, string>>): { files: Record<string, string>; places: string[] } {
  const clean: Record<string, string> = {};
  const places: string[] = [];
  for (const [path, text] of Object.entries(files)) {
    for (const [index, line] of text.split('\n').entries()) {
      const [start, end] = [line.indexOf('«'), line.indexOf('»')];
      if (start >= 0) places.push(`${path}:${index + 1}:${start + 1}-${end}`);
    }
    clean[path] = text.replace(/[«»]/g, '');
  }
  return { files: clean, places: places.sort() };
}

async function refusalsOf(state: string): Promise<{ error: FwError; places: string[] }> {
  const error = await plan(state).catch((thrown: FwError) => thrown);
  if (!('diagnostics' in error)) throw new Error('a plan was made');
  const locate = createLocator(error.sources ?? new Map());
  const places = error.diagnostics.map(({ span }) => {
    if (span === undefined) return 'nowhere';
    const { line, column } = locate(span);
    return `${span.file.slice(state.length + 1)}:${line}:${column}-${column + span.end - span.start}`;
  });
  return { error, places: places.sort() };
}

function head(namespace: string, backend: Backend, ownership = 'exclusive'): string {
  return `namespace: ${namespace}\nbackend: ${backend}\nownership: ${ownership}\n`;
}

const LONG = 'x'.repeat(30);

const MISTAKES = `tables:
  filter:
    INPUT:
      - -p tcp --dport 22 -j ACCEPT
      - -p tcp «--foo» 5 -j ACCEPT
      - -p tcp --dport «70000» -j ACCEPT
      - -m «nosuch» -j DROP
      - -p «nosuchproto» -j DROP
      - -p tcp --dport 23 -j ACCEPT
      - {rule: -s 10.0.0.1 -j «NOSUCH»}
      - -j «missing»
      - «-m owner --uid-owner 0 -j DROP»
      - «-m set --match-set nosuchset src -j DROP»
      - '«-j LOG --log-prefix ${LONG}»'
      - «-m comment --comment ${'c'.repeat(256)} -j ACCEPT»
      - -m limit --limit «3/fortnight» -j ACCEPT
      - -j loop
    FORWARD:
      - -j ACCEPT
      - -o eth0 -j MASQUERADE
      - -p tcp -j REJECT --reject-with «nonsense»
    OUTPUT:
      - «-i eth0 -j DROP»
    loop:
      - -p tcp -j back
      - -j RETURN
    back:
      - «-p udp -j loop»
      - -j DROP
  nat:
    PREROUTING:
      - -p tcp --dport 80 -j REDIRECT --to-ports 8080
      - «-p tcp -j REJECT»
      - «-p tcp --dport 1 -j DROP»
    POSTROUTING:
      - -j via
      - «-p tcp -j REDIRECT»
    via:
      - -p udp -j SNAT --to-source :5
      - «-p tcp -j DNAT --to-destination :80»
  raw:
    PREROUTING:
      - «-j CT --helper nosuchhelper -p tcp»
`.replace('-o eth0 -j MASQUERADE', '«-o eth0 -j MASQUERADE»');

describe.each(BACKENDS)('rules that are refused on %s', (backend) => {
  test('every one is told in one run, at its own place, once for both families, and nothing is changed', async () => {
    const name = makeNamespace();
    const live = '*filter\n:INPUT DROP [0:0]\n-A INPUT -j ACCEPT\nCOMMIT\n';
    for (const family of FAMILIES) load(name, backend, family, live);
    const before = FAMILIES.map((family) => saved(name, backend, family, { counters: true }));
    const { files, places } = marked({ 'a.yaml': head(name, backend) + MISTAKES });
    const state = stateFolder(files);
    const found = await refusalsOf(state);
    expect(found.places).toEqual(places);
    expect(found.error).toMatchObject({ code: 'state.invalid', exit: 1 });
    expect(new Set(found.error.diagnostics.map(({ code }) => code))).toEqual(new Set(['kernel.rejected']));
    await expect(apply(state)).rejects.toMatchObject({ code: 'state.invalid', exit: 1 });
    expect(FAMILIES.map((family) => saved(name, backend, family, { counters: true }))).toEqual(before);
  });

  test.each(['exclusive', 'shared'])(
    'what depends on the hook is found when the way there is live (%s)',
    async (own) => {
      const name = makeNamespace();
      const text = (input: string, via: string) =>
        `${head(name, backend, own)}tables:\n  filter:\n    INPUT:\n      - -j web\n${input}    web:\n      - -j deep\n    deep:\n      - -j RETURN\n${via}`;
      const state = stateFolder({ 'a.yaml': text('', '') });
      await apply(state);
      const wrong = text(
        '      - «-m owner --gid-owner 0 -j ACCEPT»\n',
        '      - -p tcp -j ACCEPT\n      - «-m owner --uid-owner 0 -j ACCEPT»\n      - «-o eth0 -j MASQUERADE»\n',
      );
      const { files, places } = marked({ 'a.yaml': wrong });
      writeFiles(state, files);
      const found = await refusalsOf(state);
      expect(found.places).toEqual(places);
      expect(found.error.diagnostics.map(({ message }) => message)).toEqual(
        places.map(() => `iptables refuses this rule (ipv4 and ipv6, ${backend})`),
      );
    },
  );

  test('in files of iptables-save, of both families', async () => {
    const name = makeNamespace();
    const { files, places } = marked({
      'a.yaml': `namespace: ${name}\nbackend: ${backend}\n`,
      [`${name}/ipv4.rules`]:
        '*nat\n:POSTROUTING ACCEPT [0:0]\n«-A POSTROUTING -p tcp -j DNAT --to-destination 10.0.0.1»\nCOMMIT\n' +
        '*filter\n:INPUT ACCEPT\n-A INPUT -p tcp --dport «nosuchservice» -j DROP\n-A INPUT -j DROP\nCOMMIT\n',
      [`${name}/ipv6.rules`]:
        '*filter\n-A INPUT -s ::1 -j ACCEPT\n«-I INPUT -j MASQUERADE»\n-A INPUT -p icmpv6 --icmpv6-type «nosuchtype» -j DROP\nCOMMIT\n',
    });
    const found = await refusalsOf(stateFolder(files));
    expect(found.places).toEqual(places);
  });

  test('a rule that one family takes is told of with the family that refuses it, and how to say so', async () => {
    const name = makeNamespace();
    const rules = 'tables:\n  filter:\n    INPUT:\n      - -m ah «--ahres» -j DROP\n      - -j ACCEPT\n';
    const { files, places } = marked({ 'a.yaml': head(name, backend) + rules });
    const found = await refusalsOf(stateFolder(files));
    expect(found.places).toEqual(places);
    expect(found.error.diagnostics).toMatchObject([
      {
        message: `iptables refuses this rule (ipv4, ${backend})`,
        output: 'unknown option "--ahres"',
        hint: 'It is fine for ipv6: if it is meant for that alone, say so with family: ipv6.',
      },
    ]);
  });

  test('two hundred wrong rules: the first hundred, and that there may be more', async () => {
    const name = makeNamespace();
    const rules = Array.from(
      { length: 200 },
      (_, index) => `      - {rule: -p tcp --dport ${70_000 + index}, family: ipv4}\n`,
    );
    const state = stateFolder({ 'a.yaml': `${head(name, backend)}tables:\n  filter:\n    INPUT:\n${rules.join('')}` });
    const { error } = await refusalsOf(state);
    expect(error.diagnostics).toHaveLength(101);
    expect(error.diagnostics.at(-1)?.message).toBe('more ipv4 rules may be refused: the search stopped after 100');
  });
});
