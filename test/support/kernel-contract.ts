import { describe, expect, test } from 'vitest';
import { readRefusal } from '../../src/core/normal-form/refusal.ts';
import type { Backend, Family, Namespace } from '../../src/core/rules/types.ts';
import { parseTerse } from '../../src/core/sets/ipset/parse-terse.ts';
import type { Kernel, Ran } from '../../src/ports/ports.ts';
import { REFUSALS, REFUSED_START, TAKEN } from './restore-cases.ts';

/** Where the contract is tried: a kernel, and a way to make namespaces that are gone after the test. */
export type ContractSite = {
  readonly kernel: Kernel;
  makeNamespace(): string;
  addNamespace(name: string): void;
  removeNamespace(name: string): void;
};

export type Place = { readonly namespace: Namespace; readonly backend: Backend; readonly family: Family };

/** What iptables-save prints, without the lines of comments that hold the time. */
export function withoutComments(text: string): string {
  return text.replace(/^#.*\n/gm, '');
}

async function savedAt(kernel: Kernel, place: Place): Promise<string> {
  const [ran] = await Promise.all(kernel.save([place]));
  return withoutComments(ran?.stdout ?? '');
}

async function load(kernel: Kernel, place: Place, text: string): Promise<void> {
  const ran = await kernel.restore(place, text);
  if (ran.exitCode !== 0) throw new Error(`refused: ${ran.stderr}`);
}

/** What of a restore that is refused two kernels must have in common. */
export function refusalOf(ran: Ran): { readonly exit: number; readonly line?: number; readonly said: string } {
  const { output: said, line } = readRefusal(ran.stderr);
  return { exit: ran.exitCode, ...(line === undefined ? {} : { line }), said: said.split('\n')[0] ?? '' };
}

/**
 * What fw relies on in a kernel port. The real one is right: whatever it does otherwise than the one in memory is a fault of the model. `open` is called for
 * each test.
 */
export function kernelContract(name: string, backend: Backend, open: () => ContractSite): void {
  const start = (family: Family = 'ipv4') => {
    const site = open();
    const place: Place = { namespace: { kind: 'named', name: site.makeNamespace() }, backend, family };
    return { ...site, place, saved: () => savedAt(site.kernel, place) };
  };

  describe(`${name}: restore and save`, () => {
    test.each(TAKEN)('takes $title', async ({ before = '', text, family, after }) => {
      const { kernel, place, saved } = start(family);
      if (before !== '') await load(kernel, place, before);
      expect(await kernel.restore(place, text)).toMatchObject({ exitCode: 0 });
      expect(await saved()).toBe(typeof after === 'string' ? after : after[backend]);
    });

    test('refuses what cannot be done, with line and reason, and leaves the tables as they were', async () => {
      const { kernel, place, saved } = start();
      await load(kernel, place, REFUSED_START);
      const was = await saved();
      for (const { title, text, told } of REFUSALS) {
        const found = refusalOf(await kernel.restore(place, text));
        expect({ title, found, after: await saved() }).toEqual({
          title,
          found: expect.objectContaining(told[backend]),
          after: was,
        });
      }
    });

    test('keeps what stands before a table that is refused, and nothing behind it', async () => {
      const { kernel, place, saved } = start();
      const text = '*mangle\n-A PREROUTING -j ACCEPT\nCOMMIT\n*filter\n-A no -j ACCEPT\nCOMMIT\n*raw\n-N x\nCOMMIT\n';
      expect(refusalOf(await kernel.restore(place, text))).toMatchObject({ exit: 1, line: 5 });
      const found = await saved();
      expect(found).toContain('-A PREROUTING -j ACCEPT');
      expect(found).not.toContain(':x');
    });

    test('keeps families, backends and namespaces apart', async () => {
      const { kernel, place, makeNamespace } = start();
      await load(kernel, place, '*filter\n-A INPUT -j ACCEPT\nCOMMIT\n');
      const other: Backend = backend === 'nft' ? 'legacy' : 'nft';
      const places = [
        { ...place, family: 'ipv6' as const },
        { ...place, backend: other },
        { ...place, namespace: { kind: 'named' as const, name: makeNamespace() } },
      ];
      for (const one of places) expect(await savedAt(kernel, one)).not.toContain('-A INPUT');
      expect(await kernel.hasLegacyTables([place.namespace])).toEqual([backend === 'legacy']);
    });

    test('tells in a save of nft tables that there are legacy ones', async () => {
      const { kernel, place } = start();
      await load(kernel, place, '*filter\n-A INPUT -j ACCEPT\nCOMMIT\n');
      const [ran] = await Promise.all(kernel.save([{ ...place, backend: 'nft' }]));
      expect(ran?.stderr.includes('legacy tables present')).toBe(backend === 'legacy');
    });

    test('says that a namespace is not there', async () => {
      const { kernel, place, removeNamespace } = start();
      if (place.namespace.kind === 'named') removeNamespace(place.namespace.name);
      const [ran] = await Promise.all(kernel.save([place]));
      expect(ran?.exitCode).not.toBe(0);
      expect((await kernel.restore(place, '*filter\n-A INPUT -j ACCEPT\nCOMMIT\n')).exitCode).not.toBe(0);
    });
  });

  describe(`${name}: scratch namespaces`, () => {
    test('are empty, and hold rules of their own', async () => {
      const { kernel, place, saved } = start();
      await load(kernel, place, '*filter\n-A INPUT -j ACCEPT\nCOMMIT\n');
      const was = await saved();
      const scratch = await kernel.scratch();
      try {
        expect(withoutComments((await scratch.save(backend, 'ipv4')).stdout)).toBe('');
        const text = '*filter\n:INPUT DROP [1:2]\n:web - [0:0]\n[3:4] -A INPUT -j web\nCOMMIT\n';
        expect((await scratch.restore(backend, 'ipv4', text, { noflush: false })).exitCode).toBe(0);
        const more = '*filter\n-A web -j ACCEPT\nCOMMIT\n';
        expect((await scratch.restore(backend, 'ipv4', more, { noflush: true })).exitCode).toBe(0);
        expect(withoutComments((await scratch.save(backend, 'ipv4')).stdout)).toBe(
          `*filter\n:INPUT DROP ${backend === 'nft' ? '[1:2]' : '[0:0]'}\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:web - [0:0]\n[3:4] -A INPUT -j web\n[0:0] -A web -j ACCEPT\nCOMMIT\n`,
        );
        expect(await saved()).toBe(was);
      } finally {
        await scratch.close();
      }
    });

    test('a restore without noflush replaces the tables that it names and no other', async () => {
      const { kernel } = start();
      const scratch = await kernel.scratch();
      try {
        const run = (text: string) => scratch.restore(backend, 'ipv6', text, { noflush: false });
        await run(
          '*raw\n:PREROUTING DROP [0:0]\n-A OUTPUT -j ACCEPT\nCOMMIT\n*filter\n:INPUT DROP [5:6]\n:old - [0:0]\n-A INPUT -j old\nCOMMIT\n',
        );
        expect((await run('*filter\n-A FORWARD -j DROP\nCOMMIT\n')).exitCode).toBe(0);
        const found = withoutComments((await scratch.save(backend, 'ipv6')).stdout);
        expect(found).toContain('-A OUTPUT -j ACCEPT');
        const policy = backend === 'nft' ? 'ACCEPT' : 'DROP';
        expect(found).toContain(
          `*filter\n:INPUT ${policy} [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n[0:0] -A FORWARD -j DROP\nCOMMIT\n`,
        );
        expect((await run('*filter\nCOMMIT\n')).exitCode).toBe(0);
        const emptied = withoutComments((await scratch.save(backend, 'ipv6')).stdout);
        expect(emptied.includes('*filter')).toBe(backend === 'legacy');
        expect(emptied).toContain('*raw');
      } finally {
        await scratch.close();
      }
    });
  });

  describe(`${name}: listing and counting of commits`, () => {
    test('two listings are equal when the rules are, whatever the counters, and only then', async () => {
      const { kernel, place } = start();
      const list = async () => (await kernel.listNft([place], 'words'))[0]?.stdout ?? '';
      const scratch = await kernel.scratch();
      try {
        const text =
          '*filter\n:web - [0:0]\n[3:4] -A INPUT -s 10.0.0.1/32 -j web\n-A web -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n';
        await load(kernel, place, text);
        await scratch.restore(backend, 'ipv4', text.replace('[3:4]', '[7:8]'), { noflush: false });
        const listed = await list();
        expect((await scratch.listNft('ipv4', 'words')).stdout).toBe(listed);
        expect(listed.includes('chain web')).toBe(backend === 'nft');
        await load(kernel, place, '*filter\n-R web 1 -p tcp -m tcp --dport 23 -j ACCEPT\nCOMMIT\n');
        expect((await list()) === listed).toBe(backend === 'legacy');
      } finally {
        await scratch.close();
      }
    });

    test('the genid tells that somebody committed to an nft table, and never stands for another namespace', async () => {
      const { kernel, place, addNamespace, removeNamespace } = start();
      const genid = async () => (await kernel.genids([place.namespace]))[0];
      await load(kernel, place, '*filter\n-A INPUT -j ACCEPT\nCOMMIT\n');
      const first = await genid();
      await Promise.all(kernel.save([place]));
      expect(await genid()).toBe(first);
      await load(kernel, place, '*filter\n-A INPUT -j DROP\nCOMMIT\n');
      expect((await genid()) === first).toBe(backend === 'legacy');
      const name = place.namespace.kind === 'named' ? place.namespace.name : '';
      removeNamespace(name);
      expect(await genid()).toBeUndefined();
      addNamespace(name);
      expect(await genid()).not.toBe(first);
    });

    test('an empty table of nft can be removed, one with anything in it stays, and so does every legacy one', async () => {
      const { kernel, place, saved } = start();
      await load(kernel, place, '*filter\n-A INPUT -j ACCEPT\nCOMMIT\n');
      expect(await kernel.removeEmptyTable(place, 'filter')).toBe(false);
      expect(await saved()).toContain('-A INPUT -j ACCEPT');
      await load(kernel, place, '*filter\n-F\n-N web\nCOMMIT\n');
      expect(await kernel.removeEmptyTable(place, 'filter')).toBe(false);
      await load(kernel, place, '*filter\n-X web\nCOMMIT\n');
      expect(await kernel.removeEmptyTable(place, 'filter')).toBe(backend === 'nft');
      expect((await saved()).includes('*filter')).toBe(backend === 'legacy');
      expect(await kernel.removeEmptyTable(place, 'raw')).toBe(backend === 'nft');
    });
  });

  describe(`${name}: names and what they stand for`, () => {
    test('an open name stands for the namespace of then; identities tell one from another', async () => {
      const { kernel, place, saved, addNamespace, removeNamespace } = start();
      const { namespace } = place;
      const name = namespace.kind === 'named' ? namespace.name : '';
      expect(await kernel.namespaces()).toContain(name);
      await load(kernel, place, '*filter\n-A INPUT -j ACCEPT\nCOMMIT\n');
      const open = kernel.openNamespaces([namespace, { kind: 'named', name: 'fwt-nobody' }, { kind: 'host' }]);
      const [was, none, host] = await open.identities();
      expect(none).toBeUndefined();
      expect(was?.cookie).toMatch(/^[0-9a-f]+$/);
      expect(was?.cookie).not.toBe(host?.cookie);
      removeNamespace(name);
      addNamespace(name);
      expect(await saved()).toContain('-A INPUT -j ACCEPT');
      open.close();
      expect(await saved()).not.toContain('-A INPUT');
      const again = kernel.openNamespaces([namespace]);
      const [is] = await again.identities();
      again.close();
      expect(is?.cookie).not.toBe(was?.cookie);
    });
  });

  describe(`${name}: sets`, () => {
    const setsOf = async (kernel: Kernel, namespace: Namespace, set: string) => {
      const [ran] = await kernel.saveSets([{ namespace, set }]);
      const lines = (ran?.stdout ?? '').replace(/ (?:hashsize|bucketsize|initval) \S+/g, '').split('\n');
      return lines.filter((line) => line !== '').sort();
    };

    test('are created, filled, emptied, swapped and destroyed line by line', async () => {
      const { kernel, place } = start();
      const { namespace } = place;
      const run = (text: string) => kernel.restoreSets(namespace, text);
      const made =
        'create a hash:ip family inet\nadd a 10.0.0.1\nadd a 10.0.0.2/32\ncreate b hash:ip maxelem 7\ncreate n hash:net family inet6\nadd n 2001:DB8::/32\nadd n ::1\n';
      expect((await run(made)).exitCode).toBe(0);
      expect(await setsOf(kernel, namespace, 'a')).toEqual([
        'add a 10.0.0.1',
        'add a 10.0.0.2',
        'create a hash:ip family inet maxelem 65536',
      ]);
      expect(await setsOf(kernel, namespace, 'n')).toEqual([
        'add n 2001:db8::/32',
        'add n ::1',
        'create n hash:net family inet6 maxelem 65536',
      ]);
      expect((await run('swap a b\ndel b 10.0.0.1\ndestroy a\nflush n\n')).exitCode).toBe(0);
      expect(await setsOf(kernel, namespace, 'b')).toEqual([
        'add b 10.0.0.2',
        'create b hash:ip family inet maxelem 65536',
      ]);
      expect(await setsOf(kernel, namespace, 'n')).toEqual(['create n hash:net family inet6 maxelem 65536']);
      const [listed] = await kernel.listSets([namespace]);
      expect(
        parseTerse(listed?.stdout ?? '')
          .map((set) => set.name)
          .sort(),
      ).toEqual(['b', 'n']);
      const [gone] = await kernel.saveSets([{ namespace, set: 'a' }]);
      expect(gone).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('does not exist') });
    });

    test.each([
      ['a set that is there', 'create a hash:ip\n', 1, 'Set cannot be created: set with the same name already exists'],
      [
        'an entry that is there',
        'add a 10.0.0.9\nadd a 10.0.0.1\n',
        2,
        "Element cannot be added to the set: it's already added",
      ],
      ['an entry that is not there', 'del a 10.9.9.9\n', 1, "Element cannot be deleted from the set: it's not added"],
      [
        'no address',
        'add a 10.0.0.256\n',
        1,
        'Syntax error: cannot parse 10.0.0.256: resolving to IPv4 address failed',
      ],
      ['a set that is not there', 'add nope 10.0.0.1\n', 1, 'The set with the given name does not exist'],
      ['to destroy what is not there', 'destroy nope\n', 1, 'The set with the given name does not exist'],
      ['two types in one swap', 'swap a n\n', 1, 'The sets cannot be swapped: their type does not match'],
      [
        'one entry too many',
        'create m hash:ip maxelem 1\nadd m 1.1.1.1\nadd m 1.1.1.2\n',
        3,
        'Hash is full, cannot add more elements',
      ],
      [
        'a member that is no set',
        'create l list:set\nadd l a\nadd l zz\n',
        3,
        'Set to be added/deleted/tested as element does not exist.',
      ],
      [
        'a network of everything',
        'add n 0.0.0.0/0\n',
        1,
        'The value of the CIDR parameter of the IP address is invalid',
      ],
      ['a type that is unknown', 'create q hash:frob\n', 1, "Syntax error: typename 'hash:frob' is unknown"],
    ])('refuse %s', async (_, text, line, said) => {
      const { kernel, place } = start();
      await kernel.restoreSets(place.namespace, 'create a hash:ip\nadd a 10.0.0.1\ncreate n hash:net\n');
      const ran = await kernel.restoreSets(place.namespace, text);
      expect([ran.exitCode, ran.stderr.trim()]).toEqual([1, `ipset v7.17: Error in line ${line}: ${said}`]);
    });

    test('keep what stands before a line that the kernel refuses, and lose it before one that ipset cannot read', async () => {
      const { kernel, place } = start();
      const { namespace } = place;
      await kernel.restoreSets(namespace, 'create a hash:ip\nadd a 10.0.0.1\n');
      await kernel.restoreSets(namespace, 'add a 10.0.0.2\nadd a 10.0.0.1\nadd a 10.0.0.3\n');
      expect(await setsOf(kernel, namespace, 'a')).toEqual(['add a 10.0.0.1', 'add a 10.0.0.2', expect.any(String)]);
      await kernel.restoreSets(namespace, 'del a 10.0.0.2\nadd a 10.0.0.4\nadd a nothing.invalid\n');
      expect(await setsOf(kernel, namespace, 'a')).toEqual(['add a 10.0.0.1', expect.any(String)]);
    });

    test('a set that rules or lists ask cannot go, and counts them; a rule needs its set', async () => {
      const { kernel, place } = start();
      const { namespace } = place;
      const rule = '*filter\n-A INPUT -m set --match-set a src -j DROP\nCOMMIT\n';
      expect(refusalOf(await kernel.restore(place, rule))).toMatchObject({
        exit: 2,
        line: 2,
        said: "Set a doesn't exist.",
      });
      await kernel.restoreSets(namespace, 'create a hash:ip\ncreate l list:set\nadd l a\n');
      await load(kernel, place, rule);
      const references = async () => {
        const listed = parseTerse((await kernel.setHeaders(namespace)).stdout);
        return listed.find((set) => set.name === 'a')?.references;
      };
      expect(await references()).toBe(2);
      const inUse = 'Set cannot be destroyed: it is in use by a kernel component';
      expect((await kernel.restoreSets(namespace, 'flush l\ndestroy a\n')).stderr).toContain(inUse);
      await load(kernel, place, '*filter\n-F INPUT\nCOMMIT\n');
      expect((await kernel.restoreSets(namespace, 'destroy a\n')).exitCode).toBe(0);
      const wrong = { ...place, family: 'ipv6' as const };
      await kernel.restoreSets(namespace, 'create a hash:ip\n');
      expect(refusalOf(await kernel.restore(wrong, rule))).toMatchObject({ exit: 2, line: 2 });
    });

    test('a scratch namespace takes what is there already', async () => {
      const { kernel } = start();
      const scratch = await kernel.scratch();
      try {
        for (let twice = 0; twice < 2; twice += 1) {
          expect(await scratch.restoreSets('create a hash:ip\nadd a 10.0.0.1\n')).toMatchObject({ exitCode: 0 });
        }
        expect(await scratch.restoreSets('del a 10.0.0.7\ndestroy nope\n')).toMatchObject({ exitCode: 0 });
        expect((await scratch.restoreSets('create a hash:net\n')).exitCode).toBe(1);
        expect((await scratch.saveSet('a')).stdout).toContain('\nadd a 10.0.0.1\n');
      } finally {
        await scratch.close();
      }
    });

    test('comments, counters and the time of entries that stay are told as ipset tells them', async () => {
      const { kernel, place } = start();
      const { namespace } = place;
      const text =
        'create t hash:ip timeout 0 comment counters\nadd t 10.0.0.1 timeout 0 -exist\nadd t 10.0.0.2 timeout 0 comment "x y" -exist\n';
      expect((await kernel.restoreSets(namespace, text)).exitCode).toBe(0);
      expect(await setsOf(kernel, namespace, 't')).toEqual([
        'add t 10.0.0.1 timeout 0 packets 0 bytes 0',
        'add t 10.0.0.2 timeout 0 packets 0 bytes 0 comment "x y"',
        'create t hash:ip family inet maxelem 65536 timeout 0 counters comment',
      ]);
    });
  });
}
