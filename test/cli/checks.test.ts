import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/rules/types.ts';
import { dataFolder } from '../support/fw.ts';
import { makeNamespace, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';
import { makePair, SERVER_ADDRESS, serve } from '../support/veth-pair.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];

/** Rules for INPUT of one namespace, and checks. */
function document(namespace: string, rules: readonly string[], checks: readonly string[], backend: Backend = 'nft') {
  const list = (items: readonly string[], indent: string) => items.map((item) => `${indent}- ${item}\n`).join('');
  const end = checks.length === 0 ? '' : `checks:\n${list(checks, '  ')}`;
  return `namespace: ${namespace}\nbackend: ${backend}\nownership: exclusive\ntables:\n  filter:\n    INPUT:\n${list(rules, '      ')}${end}`;
}

function snapshot(namespace: string, backend: Backend): string {
  return saved(namespace, backend, 'ipv4') + saved(namespace, backend, 'ipv6');
}

describe.each(BACKENDS)('checks on %s', (backend) => {
  test('passing checks keep an apply; a failing one brings everything back', async () => {
    const { server, client } = makePair();
    await serve(server);
    const checks = [
      `{tcp: "${SERVER_ADDRESS}:80", from: ${client}, timeout: 500ms, retries: 1, wait: 10ms, name: the web answers}`,
      `{http: "http://${SERVER_ADDRESS}/ok", from: ${client}}`,
      `{command: [/bin/sh, -c, 'test "$FW_NAMESPACE" = ${server}'], from: ${server}}`,
      '{command: [/bin/sh, -c, "test $FW_NAMESPACE = host"]}',
    ];
    const open = ['-i lo -j ACCEPT', '-p tcp --dport 80 -j ACCEPT'];
    const state = stateFolder({ 'a.yaml': document(server, open, checks, backend) });
    const apply = ['apply', '--state', state, '--data-dir', dataFolder(), '--auto-approve'];
    expect(runBuilt(apply)).toMatchObject({ status: 0, stderr: '' });
    const before = snapshot(server, backend);
    expect(before).toContain('--dport 80 -j ACCEPT');

    const closed = ['-i lo -j ACCEPT', '-p tcp --dport 80 -j DROP'];
    writeFiles(state, { 'a.yaml': document(server, closed, checks, backend) });
    const failed = runBuilt([...apply, '--json']);
    expect(failed.status).toBe(8);
    const error: unknown = JSON.parse(failed.stdout.trimEnd().split('\n').at(-1) ?? '');
    expect(error).toMatchObject({
      type: 'result',
      firewall: 'rolled back and verified',
      exit_code: 8,
      error: {
        code: 'apply.check-failed',
        message: `the check "the web answers" at ${state}/a.yaml:10 failed: tcp ${SERVER_ADDRESS}:80 from ${client}, tried 2 times: no answer within 500ms`,
      },
    });
    expect(snapshot(server, backend)).toBe(before);
    expect(runBuilt(['status', '--data-dir', apply[4] ?? '']).stdout).not.toContain('unfinished');
  });
});

test('a failing command shows its output, without what it wants the terminal to do', () => {
  const ns = makeNamespace();
  const failing = `{command: [/bin/sh, -c, 'printf "no \\033[31mdatabase\\n" >&2; exit 4'], retries: 0}`;
  const state = stateFolder({ 'a.yaml': document(ns, ['-j ACCEPT'], [failing]) });
  const failed = runBuilt(['apply', '--state', state, '--data-dir', dataFolder(), '--auto-approve']);
  expect(failed.status).toBe(8);
  expect(failed.stderr).toContain('[apply.check-failed]');
  expect(failed.stderr).toContain('exit code 4');
  expect(failed.stderr).toContain('| no \\x1b[31mdatabase');
  expect(failed.stderr).toContain('Firewall: rolled back and verified.');
  expect(snapshot(ns, 'nft')).not.toContain('-A INPUT');
});

test('a command that hangs is bounded', () => {
  const ns = makeNamespace();
  const hanging = '{command: [/bin/sh, -c, "sleep 300 & sleep 300"], retries: 1, timeout: 200ms, wait: 0}';
  const state = stateFolder({ 'a.yaml': document(ns, ['-j ACCEPT'], [hanging]) });
  const failed = runBuilt(['apply', '--state', state, '--data-dir', dataFolder(), '--auto-approve']);
  expect(failed.status).toBe(8);
  expect(failed.stderr.replace(/\s+/g, ' ')).toContain('tried 2 times: no end within 200ms');
});

test('Ctrl-C while a check runs ends it and goes back', () => {
  const ns = makeNamespace();
  const waiting = '{command: [/bin/sh, -c, "kill -INT $PPID; sleep 97531"], timeout: 60s}';
  const state = stateFolder({ 'a.yaml': document(ns, ['-j ACCEPT'], [waiting]) });
  const stopped = runBuilt(['apply', '--state', state, '--data-dir', dataFolder(), '--auto-approve']);
  expect(stopped.status).toBe(130);
  expect(stopped.stderr).toContain('Firewall: rolled back and verified.');
  expect(snapshot(ns, 'nft')).not.toContain('-A INPUT');
});

test('without changes nothing is checked', () => {
  const ns = makeNamespace();
  const state = stateFolder({ 'a.yaml': document(ns, ['-j ACCEPT'], []) });
  const marker = join(state, 'marker');
  const apply = ['apply', '--state', state, '--data-dir', dataFolder(), '--auto-approve'];
  expect(runBuilt(apply).status).toBe(0);
  writeFiles(state, { 'a.yaml': document(ns, ['-j ACCEPT'], [`{command: [/bin/rm, ${marker}]}`]) });
  writeFileSync(marker, '');
  expect(runBuilt(apply)).toMatchObject({ status: 0, stderr: '' });
  expect(runBuilt(['plan', '--state', state]).status).toBe(0);
  writeFiles(state, { 'a.yaml': document(ns, ['-j DROP'], [`{command: [/bin/rm, ${marker}], retries: 0}`]) });
  // It is there until now: only an apply that changes something runs the command, once.
  expect(runBuilt(apply).status).toBe(0);
  writeFiles(state, { 'a.yaml': document(ns, ['-j ACCEPT'], [`{command: [/bin/rm, ${marker}], retries: 0}`]) });
  expect(runBuilt(apply).status).toBe(8);
});

test('a saved plan carries its checks', () => {
  const ns = makeNamespace();
  const state = stateFolder({ 'a.yaml': document(ns, ['-j ACCEPT'], ['{command: [/bin/false], retries: 0}']) });
  const file = join(dataFolder(), 'plan.json');
  const data = ['--data-dir', dataFolder()];
  expect(runBuilt(['plan', '--state', state, ...data, '--out', file]).status).toBe(0);
  const failed = runBuilt(['apply', file, ...data]);
  expect(failed.status).toBe(8);
  expect(failed.stderr).toContain(`${state}/a.yaml:9`);
});

test('a namespace that is not there is refused before anything is tried', () => {
  const ns = makeNamespace();
  const state = stateFolder({ 'a.yaml': document(ns, ['-j ACCEPT'], ['{tcp: "10.0.0.1:22", from: fwt-nowhere}']) });
  const failed = runBuilt(['plan', '--state', state]);
  expect(failed).toMatchObject({ status: 1 });
  expect(failed.stderr).toContain('There is no namespace named `fwt-nowhere`');
  expect(runBuilt(['validate', '--state', state]).status).toBe(0);
});

test('every check stands in full wherever a yes is asked for, and none is run where nothing changes', () => {
  const ns = makeNamespace();
  const words = ['/bin/sh', '-c', 'exit 0 # "two  words" | `x` $(y)', ''];
  const long = 'x'.repeat(3_000);
  const checks = [
    `{command: ${JSON.stringify([...words, long])}, from: ${ns}, retries: 3, wait: 20ms, timeout: 7s, name: smoke}`,
    '{http: "http://192.0.2.1/up", status: 204}',
  ];
  const state = stateFolder({ 'a.yaml': document(ns, ['-i lo -j ACCEPT'], checks.slice(0, 1)) });
  const common = ['--state', state, '--data-dir', dataFolder()];
  const file = join(state, 'a.fwplan');
  const full = `run /bin/sh -c "exit 0 # \\"two  words\\" | \`x\` $(y)" "" ${long}`;
  const terms = `as root, from ${ns}; passes with exit 0; 7s a try, 4 tries 20ms apart; "smoke" at ${state}/a.yaml:9`;
  const plan = runBuilt(['plan', ...common, '--out', file]);
  const refused = runBuilt(['apply', ...common]);
  expect(refused.status).toBe(6);
  for (const text of [plan.stdout, refused.stdout, runBuilt(['show', file]).stdout]) {
    expect(text).toContain('1 check after the apply, 1 runs a program as root; if one fails, everything goes back');
    expect(text).toContain(full);
    expect(text).toContain(terms);
  }
  for (const format of ['summary', 'lines', 'markdown', 'restore', 'junit', 'github', 'gitlab', 'sarif', 'json']) {
    const shown = runBuilt(['show', file, '--format', format]).stdout;
    expect(shown).toContain(long);
    expect(shown).toContain(format === 'json' ? '"wait_ms":20' : '20ms');
  }
  // What does not fit is nothing to approve by.
  const comment = runBuilt(['show', file, '--format', 'markdown', '--budget', '4000']).stdout;
  expect(comment).toContain('**Do not approve by this comment**: 1 check');
  expect(comment).not.toContain(long);
  expect(comment).not.toContain('approval');
  expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(4_000);
  const applied = runBuilt(['apply', file, '--data-dir', common[3] ?? '', '--json']);
  expect(applied.status).toBe(0);
  expect(applied.stdout).toContain('"type":"planned_check"');
  expect(applied.stdout).toContain(JSON.stringify([...words, long]));
  // Another check is no change.
  writeFiles(state, { 'a.yaml': document(ns, ['-i lo -j ACCEPT'], checks) });
  const nothing = runBuilt(['apply', ...common, '--auto-approve']);
  expect(nothing.status).toBe(0);
  expect(nothing.stdout).toContain('Nothing changes, so 2 checks of the state are not run.');
});
