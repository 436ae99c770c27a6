import { execFileSync, spawnSync } from 'node:child_process';
import { afterEach } from 'vitest';
import type { Backend, Family } from '../../src/core/rules/types.ts';

let counter = 0;
const made = new Set<string>();

/** Makes a network namespace for one test. Its name begins with `fwt-`, and it is removed after the test. */
export function makeNamespace(label = 'ns'): string {
  counter += 1;
  const name = `fwt-${process.pid}-${counter}-${label}`;
  addNamespace(name);
  return name;
}

/** Makes a namespace of this name, as after `removeNamespace`. */
export function addNamespace(name: string): void {
  execFileSync('ip', ['netns', 'add', name]);
  made.add(name);
}

export function removeNamespace(name: string): void {
  made.delete(name);
  execFileSync('ip', ['netns', 'del', name]);
}

afterEach(() => {
  for (const name of [...made]) removeNamespace(name);
});

export type Output = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

/** Runs a program in a namespace. */
export function inNamespace(name: string, file: string, args: readonly string[], input = ''): Output {
  const { status, stdout, stderr } = spawnSync('ip', ['netns', 'exec', name, file, ...args], {
    input,
    encoding: 'utf8',
    timeout: 110_000,
    // Tests write while fw holds the lock of the legacy backend, as a program does that knows no lock.
    env: { ...process.env, XTABLES_LOCKFILE: '/dev/null' },
  });
  return { status, stdout, stderr };
}

/** Loads rules as another program would; throws when they are refused. */
export function load(name: string, backend: Backend, family: Family, text: string, args: readonly string[] = []): void {
  const ran = inNamespace(name, `${program(family)}-${backend}-restore`, args, text);
  if (ran.status !== 0) throw new Error(`load failed: ${ran.stderr}\n${text}`);
}

/** The rules as iptables-save prints them, without comment lines; counters on request. */
export function saved(name: string, backend: Backend, family: Family, options = { counters: false }): string {
  const ran = inNamespace(name, `${program(family)}-${backend}-save`, options.counters ? ['-c'] : []);
  const lines = ran.stdout.split('\n').filter((line) => !line.startsWith('#'));
  return lines.map((line) => (options.counters ? line : line.replace(/ \[\d+:\d+\]$/, ''))).join('\n');
}

function program(family: Family): string {
  return family === 'ipv4' ? 'iptables' : 'ip6tables';
}
