import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openProber } from '../../src/adapters/probe/prober.ts';
import type { Probe } from '../../src/core/desired/types.ts';
import type { Namespace } from '../../src/core/rules/types.ts';
import { load, makeNamespace } from '../support/netns.ts';
import { BUILT } from '../support/run-built.ts';
import { makePair, SERVER_ADDRESS, serve } from '../support/veth-pair.ts';

const HOST: Namespace = { kind: 'host' };
const NEVER = new AbortController().signal;
const prober = openProber([process.execPath, BUILT]);

function named(name: string): Namespace {
  return { kind: 'named', name };
}

function probe(what: Probe, from: Namespace, timeoutMs = 5_000, stop = NEVER) {
  return prober.probe({ probe: what, from, timeoutMs }, stop);
}

function shell(script: string): Probe {
  return { kind: 'command', words: ['/bin/sh', '-c', script] };
}

test('a connection is tried from the namespace that is asked for', async () => {
  const { server, client } = makePair();
  await serve(server);
  const ssh: Probe = { kind: 'tcp', host: SERVER_ADDRESS, port: 80 };
  expect(await probe(ssh, named(client))).toEqual({ passed: true, words: 'connected', output: '' });
  // There the address is not known, or another machine's; on no account is it the server.
  const lonely = makeNamespace();
  expect(await probe(ssh, named(lonely))).toEqual({ passed: false, words: 'network is unreachable', output: '' });
  expect(await probe({ ...ssh, port: 81 }, named(client))).toMatchObject({
    passed: false,
    words: 'connection refused',
  });
});

test('a dropped connection is given up in time', async () => {
  const { server, client } = makePair();
  await serve(server);
  load(server, 'nft', 'ipv4', '*filter\n-A INPUT -p tcp --dport 80 -j DROP\nCOMMIT\n');
  const answer = await probe({ kind: 'tcp', host: SERVER_ADDRESS, port: 80 }, named(client), 300);
  expect(answer).toEqual({ passed: false, words: 'no answer within 300ms', output: '' });
});

test('the status of an answer decides; redirects are not followed and bodies not read', async () => {
  const { server, client } = makePair();
  await serve(server);
  const ask = async (path: string, status?: number, timeoutMs = 5_000) => {
    const url = `http://${SERVER_ADDRESS}${path}`;
    const what: Probe = status === undefined ? { kind: 'http', url } : { kind: 'http', url, status };
    const { passed, words } = await probe(what, named(client), timeoutMs);
    return `${passed} ${words}`;
  };
  expect(await ask('/ok')).toBe('true status 204');
  expect(await ask('/ok', 200)).toBe('false status 204');
  expect(await ask('/moved')).toBe('false status 302');
  expect(await ask('/moved', 302)).toBe('true status 302');
  expect(await ask('/else')).toBe('false status 503');
  expect(await ask('/endless')).toBe('true status 200');
  expect(await ask('/silent', undefined, 300)).toBe('false no answer within 300ms');
});

test('a command gets a small environment that names its namespace, and no input', async () => {
  const ns = makeNamespace();
  const inside = shell('env; pwd; cat; cat /proc/self/net/dev; exit 3');
  const answer = await probe(inside, named(ns));
  expect(answer).toMatchObject({ passed: false, words: 'exit code 3' });
  expect(answer.output).toContain(`FW_NAMESPACE=${ns}\n`);
  expect(answer.output).toContain('LC_ALL=C\n');
  expect(answer.output).not.toContain('HOME=');
  expect(answer.output).toContain('\n/\n');
  expect(answer.output).not.toMatch(/eth0|veth/);
  expect((await probe(shell('echo $FW_NAMESPACE; exit 1'), HOST)).output).toBe('host');
});

test('arguments reach a command as they are', async () => {
  const odd = ['a b', '$(id)', '; exit 0', '--help', "'", ''];
  const words = ['/bin/sh', '-c', 'printf "<%s>" "$@"; exit 1', 'sh', ...odd];
  const { output } = await probe({ kind: 'command', words }, HOST);
  expect(output).toBe(odd.map((word) => `<${word}>`).join(''));
});

test('of the output of a failing command the last twenty lines are kept, of a passing one none', async () => {
  const { output } = await probe(shell('seq 1 100000; echo end >&2; exit 1'), HOST);
  expect(output.split('\n')).toHaveLength(20);
  expect(output).toMatch(/^99982\n/);
  expect(output).toMatch(/\n100000\nend$/);
  expect(await probe(shell('echo fine'), HOST)).toEqual({ passed: true, words: 'exit code 0', output: '' });
});

test('a command that is not there fails, from anywhere', async () => {
  const missing: Probe = { kind: 'command', words: ['/nonexistent/smoke'] };
  expect(await probe(missing, HOST)).toMatchObject({
    passed: false,
    words: 'the program is not there, or may not be run',
  });
  expect(await probe(missing, named(makeNamespace()))).toMatchObject({ passed: false, words: 'exit code 127' });
  expect(await probe(shell('kill -SEGV $$'), HOST)).toMatchObject({ passed: false, words: 'killed by SIGSEGV' });
});

test('a command that hangs is ended with all that it started', async () => {
  const answer = await probe(shell('sleep 97531 & echo $!; sleep 97531'), HOST, 300);
  expect(answer).toMatchObject({ passed: false, words: 'no end within 300ms' });
  expect(isAlive(Number(answer.output))).toBe(false);
});

test('what a command leaves behind does not keep fw waiting, and is ended', async () => {
  const left = await probe(shell('sleep 97531 & echo $!; exit 1'), HOST);
  expect(left.words).toBe('exit code 1');
  expect(isAlive(Number(left.output))).toBe(false);
});

test('endless output takes neither memory nor time', async () => {
  const answer = await probe(shell('exec yes'), HOST, 300);
  expect(answer.words).toBe('no end within 300ms');
  expect(answer.output.length).toBeLessThan(100);
});

test('a stop ends the command at once', async () => {
  const stop = new AbortController();
  const trying = probe(shell('sleep 60'), HOST, 60_000, stop.signal);
  stop.abort();
  expect(await trying).toMatchObject({ passed: false, words: 'stopped' });
});

/** A killed process may be a zombie for a while when its parent does not wait for it. */
function isAlive(pid: number): boolean {
  expect(pid).toBeGreaterThan(1);
  const state = stateOf(pid);
  return state !== undefined && state !== 'Z';
}

function stateOf(pid: number): string | undefined {
  try {
    return /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
