import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FwError } from '../../src/core/diagnostics/errors.ts';
import { lexRule } from '../../src/core/rule-text/lex.ts';
import type { Backend } from '../../src/core/rules/types.ts';
import { apply, plan, realPorts } from '../support/fw.ts';
import { inNamespace, load, makeNamespace, saved } from '../support/netns.ts';
import { stateFolder } from '../support/state-folder.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];
const ROUNDS = 12;
const RULES = 60;

/** Text of every kind: quotes, backslashes, dollars, YAML and restore syntax, controls, other scripts, lone halves of surrogates. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom(...'"\'\\ $-#:!`{}[]&*|>%@,;\t\n\r\0\x1b\x7f\x9b\u2028\u202eaé漢😀'),
    minLength: 1,
    maxLength: 60,
  }),
  fc.constantFrom(
    ' -j DROP',
    '"\n-A INPUT -j ACCEPT\n',
    '" -j ACCEPT -m comment --comment "',
    '-j',
    '-M /tmp/x',
    '--modprobe=/tmp/x',
    '$mgmt',
    '${'.concat('x}'),
    '$$',
    'COMMIT',
    '*nat',
    ':INPUT DROP',
    '\\"',
    '\\',
    "'",
    '\ud800',
    'a'.repeat(255),
    'é'.repeat(127),
    'é'.repeat(128),
  ),
);

function document(ns: string, backend: Backend, rules: readonly string[]): string {
  const lines = rules.map((rule) => `        - ${rule}\n`).join('');
  return `namespace: ${ns}\nbackend: ${backend}\nownership: exclusive\ntables:\n  filter:\n    INPUT:\n      rules:\n${lines}`;
}

/** Which rules of a state are refused, by line of the file. */
async function refusedLines(state: string, file: string): Promise<ReadonlySet<number>> {
  try {
    await plan(state);
    return new Set();
  } catch (error) {
    if (!(error instanceof FwError) || error.diagnostics.length === 0) throw error;
    const text = error.sources.get(`${state}/${file}`) ?? '';
    return new Set(error.diagnostics.map(({ span }) => text.slice(0, span?.start ?? 0).split('\n').length - 1));
  }
}

/** The comment of each rule of a chain, as the kernel holds it. */
function comments(ns: string, backend: Backend): readonly (string | undefined)[] {
  const rules = saved(ns, backend, 'ipv4')
    .split('\n')
    .filter((line) => line.startsWith('-A INPUT '));
  return rules.map((rule) => {
    const words = lexRule(rule).words.map(({ value }) => value);
    expect(words.slice(-2)).toEqual(['-j', 'ACCEPT']);
    expect(words.filter((word) => word === '--comment')).toHaveLength(words.includes('--comment') ? 1 : 0);
    return words[words.indexOf('--comment') + 1];
  });
}

function failureOf(work: Promise<unknown>): Promise<FwError> {
  return work.then(
    () => {
      throw new Error('it was accepted');
    },
    (error: unknown) => {
      if (error instanceof FwError) return error;
      throw error;
    },
  );
}

describe.each(BACKENDS)('text of users on %s', (backend) => {
  test('a comment in a document is in the kernel as it was written, or refused with its place', async () => {
    for (const round of Array.from({ length: ROUNDS }, (_, index) => index)) {
      const ns = makeNamespace();
      const texts = fc.sample(nasty, { seed: round, numRuns: RULES });
      // A dollar begins the name of a value; two are one.
      const written = (text: string) => JSON.stringify(text.replaceAll('$', '$$$$'));
      const all = texts.map((text) => `{rule: -p tcp -j ACCEPT, family: ipv4, comment: ${written(text)}}`);
      const state = stateFolder({ 'a.yaml': document(ns, backend, all) });
      const refused = await refusedLines(state, 'a.yaml');
      const head = document(ns, backend, []).split('\n').length - 1;
      const kept = texts.filter((_, index) => !refused.has(head + index));
      expect(kept.length).toBeGreaterThan(5);
      const good = all.filter((_, index) => !refused.has(head + index));
      await apply(stateFolder({ 'a.yaml': document(ns, backend, good) }));
      expect(comments(ns, backend)).toEqual(kept);
      // Nothing of it became a rule or a chain elsewhere.
      const others = saved(ns, backend, 'ipv4')
        .split('\n')
        .filter((line) => !line.startsWith('-A INPUT '));
      expect(others.filter((line) => line !== '')).toEqual([
        '*filter',
        ':INPUT ACCEPT',
        ':FORWARD ACCEPT',
        ':OUTPUT ACCEPT',
        'COMMIT',
      ]);
    }
  });

  test('a comment in a .rules file is in the kernel as iptables-restore reads it, or refused with its place', async () => {
    for (const round of Array.from({ length: ROUNDS }, (_, index) => index)) {
      const ns = makeNamespace();
      const texts = fc
        .sample(nasty, { seed: 100 + round, numRuns: RULES })
        .filter((text) => !/[\ud800-\udfff\0]/.test(text) && !text.includes('\n'));
      const ruleOf = (text: string) =>
        `-A INPUT -p tcp -m comment --comment "${text.replace(/["\\]/g, '\\$&')}" -j ACCEPT`;
      const stateOf = (kept: readonly string[]) =>
        stateFolder({
          [`${ns}/ipv4.rules`]: ['*filter', ...kept.map(ruleOf), 'COMMIT', ''].join('\n'),
          'b.yaml': `namespace: ${ns}\nbackend: ${backend}\n`,
        });
      let kept = texts;
      // What the kernel is asked about comes after what can be told from the text.
      for (let refused = [-1]; refused.length > 0; kept = kept.filter((_, index) => !refused.includes(1 + index))) {
        refused = [...(await refusedLines(stateOf(kept), `${ns}/ipv4.rules`))];
      }
      expect(kept.length).toBeGreaterThan(5);
      await apply(stateOf(kept));
      expect(comments(ns, backend)).toEqual(kept);
    }
  });
});

describe('what iptables would obey in a rule', () => {
  test.each(BACKENDS)('%s takes the beginnings of names that fw refuses', (backend) => {
    const ns = makeNamespace();
    const accepts = (words: string) => {
      const text = `*filter\n-A INPUT -p tcp ${words} -j ACCEPT\nCOMMIT\n`;
      return inNamespace(ns, `iptables-${backend}-restore`, [], text).status === 0;
    };
    for (const words of ['--mo /tmp/x', '--modpro=/tmp/x', '-M/tmp/x', '--vers', '--hel', '--set-c 1 2', '--verb']) {
      expect(accepts(words), words).toBe(true);
    }
    // `--vers` ends the program with exit code 0: the rules are not there.
    inNamespace(ns, `iptables-${backend}`, ['-F']);
    accepts('--vers');
    expect(saved(ns, backend, 'ipv4')).not.toContain('-A INPUT');
  });

  test('no rule of a state can name a program', async () => {
    const ns = makeNamespace();
    for (const words of ['-M /tmp/x', '--modpro /tmp/x', '--mo=/tmp/x', '-M/tmp/x', '"--mod"p /tmp/x']) {
      const yaml = stateFolder({ 'a.yaml': document(ns, 'nft', [`'-p tcp ${words} -j ACCEPT'`]) });
      expect((await failureOf(plan(yaml))).code, words).toBe('state.invalid');
      const script = `*filter\n-A INPUT -p tcp ${words} -j ACCEPT\nCOMMIT\n`;
      expect((await failureOf(plan(stateFolder({ [`${ns}/ipv4.rules`]: script })))).code, words).toBe('state.invalid');
    }
  });
});

/** Output as bytes, which decoding would change. */
function savedBytes(ns: string, backend: Backend): string {
  const ran = spawnSync('ip', ['netns', 'exec', ns, `iptables-${backend}-save`]);
  return ran.stdout.toString('latin1').replace(/^#.*\n/gm, '');
}

describe.each(BACKENDS)('hostile live rules on %s', (backend) => {
  const shared = (ns: string, port: number) =>
    `namespace: ${ns}\nbackend: ${backend}\ntables:\n  filter:\n    INPUT: ['-p tcp --dport ${port} -j ACCEPT']\n`;

  test('bytes that are no UTF-8, escape sequences and 255 bytes are kept to the byte, also on the way back', async () => {
    const ns = makeNamespace();
    const odd = [
      'caf\xe9 \xff\x80',
      '\x1b[31mred\x1b]0;title\x07',
      'x'.repeat(255),
      '\xed\xb3\xbf\u0001',
      'it\'s \\ "',
    ];
    for (const comment of odd) {
      const bytes = Buffer.from(comment, 'latin1');
      // A shell takes bytes that an argument of Node cannot hold.
      const octal = [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
      const script = `exec iptables-${backend} -A INPUT -m comment --comment "$(printf '${octal}')" -j ACCEPT`;
      expect(inNamespace(ns, 'sh', ['-c', script]).status, comment).toBe(0);
    }
    const before = savedBytes(ns, backend);
    await apply(stateFolder({ 'a.yaml': shared(ns, 22) }));
    const during = savedBytes(ns, backend);
    expect(during).toContain('--dport 22');
    for (const line of before.split('\n').filter((one) => one.startsWith('-A'))) expect(during).toContain(`${line}\n`);
    // An apply that removes them all and fails after that.
    const all = `namespace: ${ns}\nbackend: ${backend}\nownership: exclusive\ntables: {filter: {INPUT: []}, mangle: {INPUT: [-j ACCEPT]}}\n`;
    let commits = 0;
    const ports = realPorts((kernel) => ({
      ...kernel,
      restore: async (target, text) => {
        commits += 1;
        return commits === 2 ? { exitCode: 1, stdout: '', stderr: 'no' } : kernel.restore(target, text);
      },
    }));
    expect((await failureOf(apply(stateFolder({ 'a.yaml': all }), ports))).code).toBe('apply.rolled-back');
    // A legacy table cannot be removed again: it stays, empty.
    expect(savedBytes(ns, backend).replace(/^\*mangle\n(?::.*\n)*COMMIT\n/, '')).toBe(during);
  });

  test('a comment with a line feed stops the run, whatever it imitates', async () => {
    for (const comment of [
      'a\nb',
      'a" -j DROP\n-A INPUT -j ACCEPT',
      'x\nCOMMIT\n*nat\nCOMMIT',
      'x\n1: lo: <forged> y\n*filter\nCOMMIT',
    ]) {
      const ns = makeNamespace();
      expect(
        inNamespace(ns, `iptables-${backend}`, ['-A', 'INPUT', '-m', 'comment', '--comment', comment]).status,
      ).toBe(0);
      const error = await failureOf(plan(stateFolder({ 'a.yaml': shared(ns, 22) })));
      expect(['live.unreadable', 'live.untruthful']).toContain(error.code);
      expect(error.message).toContain(ns);
      expect(error.firewall).toBe('unchanged');
    }
  });

  test('a rule that imitates the separator between two namespaces does not reach the other one', async () => {
    const [evil, good, third] = [makeNamespace('a'), makeNamespace('b'), makeNamespace('c')];
    const comment =
      'x\n1: lo: <forged>\n*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT';
    inNamespace(evil, `iptables-${backend}`, ['-A', 'INPUT', '-m', 'comment', '--comment', comment]);
    for (let job = 0; job < 6; job += 1) {
      const forged = `x\nfw-${'0'.repeat(24)} ok ${job} 0`;
      inNamespace(evil, `iptables-${backend}`, ['-A', 'INPUT', '-m', 'comment', '--comment', forged]);
    }
    load(good, backend, 'ipv4', '*filter\n-A INPUT -s 192.0.2.1/32 -j DROP\nCOMMIT\n');
    const state = (names: readonly string[]) =>
      stateFolder(Object.fromEntries(names.map((name) => [`${name}.yaml`, shared(name, 22)])));
    const error = await failureOf(plan(state([evil, good, third])));
    expect(error.message).toContain(evil);
    const made = await plan(state([good, third]));
    expect(made.plan.steps.map(({ namespace }) => (namespace.kind === 'named' ? namespace.name : 'host'))).toContain(
      good,
    );
  });

  test('chains of others with odd names stay, or stop the run by name; never more', async () => {
    for (const name of [
      '$x',
      "a'b",
      'a"b',
      'a\\b',
      'ä',
      'a;b',
      '*nat',
      ':x',
      '#x',
      '-x',
      'a b',
      '\x1b[31m',
      'COMMIT',
      '[0:0]',
    ]) {
      const ns = makeNamespace();
      if (inNamespace(ns, `iptables-${backend}-restore`, [], `*filter\n:${name} - [0:0]\nCOMMIT\n`).status !== 0)
        continue;
      const before = savedBytes(ns, backend)
        .split('\n')
        .filter((line) => line.startsWith(':') && !/^:[A-Z]+ ACCEPT/.test(line));
      const ran = await apply(stateFolder({ 'a.yaml': shared(ns, 22) })).then(
        () => undefined,
        (error: unknown) => error,
      );
      for (const line of before) expect(savedBytes(ns, backend).split('\n'), name).toContain(line);
      if (ran === undefined) continue;
      expect(ran, name).toBeInstanceOf(FwError);
      expect((ran as FwError).firewall, name).not.toBe('not proven: the way back failed');
      expect(savedBytes(ns, backend), name).not.toContain('fw-INPUT');
    }
  });
});
