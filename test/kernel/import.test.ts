import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importRules } from '../../src/app/import/import-rules.ts';
import { readForImport } from '../../src/app/import/read-for-import.ts';
import { readSaved } from '../../src/app/import/read-saved.ts';
import type { FwError } from '../../src/core/diagnostics/errors.ts';
import { type Backend, FAMILIES } from '../../src/core/rules/types.ts';
import { formatDocuments } from '../../src/core/state/document/format-documents.ts';
import { runFaulted } from '../support/fault-run.ts';
import { dataFolder, plan, realPorts } from '../support/fw.ts';
import { load, makeNamespace } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];

const HOST4 = `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
-A DOCKER -i docker0 -j RETURN
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:DOCKER - [0:0]
:DOCKER-USER - [0:0]
:empty - [0:0]
:web - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -m comment --comment "management: it's \\"us\\" # 1" -j ACCEPT
-A INPUT ! -i eth0 -p udp -m udp --dport 53 -j ACCEPT
-A INPUT -p tcp -m comment --comment inner -m tcp --dport 8080 -j web
-A INPUT -m string --string "a$b" --algo bm -j DROP
-A INPUT -j REJECT --reject-with icmp-port-unreachable
-A FORWARD -j DOCKER-USER
-A FORWARD -o docker0 -j DOCKER
-A DOCKER ! -i docker0 -p tcp -j ACCEPT
-A DOCKER-USER -j RETURN
-A web -j ACCEPT
COMMIT
`;
const HOST6 = `*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:empty - [0:0]
:web - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p ipv6-icmp -j ACCEPT
-A INPUT ! -i eth0 -p udp -m udp --dport 53 -j ACCEPT
-A INPUT -p tcp -m comment --comment inner -m tcp --dport 8080 -j web
-A INPUT -m string --string "a$b" --algo bm -j DROP
-A INPUT -j REJECT --reject-with icmp6-port-unreachable
-A web -j ACCEPT
COMMIT
`;

describe.each(BACKENDS)('import on %s', (backend) => {
  test.each([false, true])('what is written gives an empty plan (foreign chains too: %s)', async (withForeign) => {
    const ns = makeNamespace();
    load(ns, backend, 'ipv4', HOST4);
    load(ns, backend, 'ipv6', HOST6);
    const ports = realPorts();
    const folder = join(stateFolder({}), 'state');
    const {
      files: [file],
    } = await importRules(ports, await readForImport(ports, [ns], 'auto'), { folder, withForeign });
    expect(file?.path).toBe(join(folder, `${ns}.yaml`));
    expect((await plan(folder)).plan.steps).toEqual([]);
    const text = readFileSync(file?.path ?? '', 'utf8');
    expect(text).toContain('- -i lo -j ACCEPT\n');
    // With Docker's chains the families have different chains, and so a document each.
    expect(text.match(/-i lo -j ACCEPT/g)).toHaveLength(withForeign ? 2 : 1);
    expect(text).toContain(`comment: "management: it's \\"us\\" # 1"`);
    expect(text.includes('DOCKER-USER')).toBe(withForeign);
    expect(text.includes('- "DOCKER*"')).toBe(!withForeign);
    await expect(
      importRules(ports, await readForImport(ports, [ns], 'auto'), { folder, withForeign }),
    ).rejects.toMatchObject({
      code: 'import.exists',
    });
  });

  test('files of iptables-save are imported without a live namespace', async () => {
    const saved = stateFolder({ 'host/ipv4.rules': HOST4, 'edge/ipv6.rules': HOST6 });
    const ports = realPorts();
    const folder = join(stateFolder({}), 'state');
    const { files } = await importRules(ports, await readSaved(ports, saved, backend), { folder, withForeign: false });
    expect(files.map(({ path }) => path).sort()).toEqual([join(folder, 'edge.yaml'), join(folder, 'host.yaml')]);
  });

  test('rules without words, of the other family, and with a comment alone come along; fmt has nothing to do', async () => {
    const ns = makeNamespace();
    const rules = [
      '-A INPUT',
      '-A INPUT -m comment --comment "only this"',
      '-A INPUT -p icmp -j ACCEPT',
      '-A INPUT -p ipv6-icmp -j ACCEPT',
      '-A FORWARD ! -p icmp -j DROP',
    ];
    for (const family of FAMILIES) load(ns, backend, family, `*filter\n${rules.join('\n')}\nCOMMIT\n`);
    load(ns, backend, 'ipv6', '*nat\n-A POSTROUTING -p icmp -j MASQUERADE\nCOMMIT\n');
    const ports = realPorts();
    const folder = join(stateFolder({}), 'state');
    const {
      files: [file],
    } = await importRules(ports, await readForImport(ports, [ns], 'auto'), { folder, withForeign: false });
    expect((await plan(folder)).plan.steps).toEqual([]);
    const text = readFileSync(file?.path ?? '', 'utf8');
    expect(text).toContain('- -p all\n');
    expect(formatDocuments(text)).toBe(text);
  });

  test('what no state can hold is told as the rules that are there, not as files that are not', async () => {
    const ns = makeNamespace();
    load(ns, backend, 'ipv4', '*filter\n-A INPUT -m comment --comment "a\tb" -j ACCEPT\n-A INPUT -j DROP\nCOMMIT\n');
    const ports = realPorts();
    const folder = join(stateFolder({}), 'state');
    const importing = importRules(ports, await readForImport(ports, [ns], 'auto'), { folder, withForeign: false });
    await expect(importing).rejects.toMatchObject({
      code: 'import.differs',
      output: expect.stringMatching(/^.*--comment.*a.*b.*: The rule contains a tab$/),
      next: expect.stringContaining('in the kernel'),
    });
    expect(existsSync(folder)).toBe(false);
  });

  test("Debian's folder is the host's", async () => {
    const [v4, v6] = [
      '*filter\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n',
      '*filter\n-A INPUT -p ipv6-icmp -j ACCEPT\nCOMMIT\n',
    ];
    const saved = stateFolder({ 'rules.v4': v4, 'rules.v6': v6 });
    const ports = realPorts();
    const folder = join(stateFolder({}), 'state');
    const { files } = await importRules(ports, await readSaved(ports, saved, backend), { folder, withForeign: false });
    expect(files).toMatchObject([{ path: join(folder, 'host.yaml'), rules: 2 }]);
  });
});

test('an import that is killed while it writes leaves no part of a state', () => {
  const ns = makeNamespace();
  load(ns, 'nft', 'ipv4', HOST4);
  const folder = join(stateFolder({}), 'state');
  const args = ['import', '--namespace', ns, '--state', folder, '--data-dir', dataFolder()];
  expect(runFaulted('kill-during:0', args, { match: '^write namespace:' })).toMatchObject({ status: null });
  expect(readdirSync(folder).filter((name) => !name.startsWith('.'))).toEqual([]);
  expect(runBuilt(args)).toMatchObject({ status: 0 });
});

test.each(BACKENDS)('a rule that is printed as another one is refused at its line (%s)', async (backend) => {
  const rule = '-p ipcomp -m ipcomp --ipcompspi : -j ACCEPT';
  const state = stateFolder({
    'a.yaml': `namespace: ${makeNamespace()}\nbackend: ${backend}\ntables:\n  filter:\n    INPUT:\n      - -i lo -j ACCEPT\n      - '${rule}'\n`,
  });
  const error = await plan(state).catch((thrown: FwError) => thrown);
  expect(error).toMatchObject({ code: 'state.invalid', exit: 1 });
  const { diagnostics } = error as FwError;
  expect(diagnostics.map(({ message, span }) => [message, span?.file])).toEqual(
    FAMILIES.map((family) => [expect.stringContaining(`as another one (${family}`), join(state, 'a.yaml')]),
  );
  expect(diagnostics[0]?.output).toContain('--ipcompspi');
});
