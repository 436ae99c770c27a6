import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes a key of ssh-keygen without a passphrase; resolves to its path. */
export function makeKey(folder: string, name: string): string {
  const path = join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', path]);
  return path;
}

/** Signs a file as a person does, which makes FILE.sig. */
export function sign(key: string, file: string, namespace = 'fw-plan'): void {
  execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-f', key, '-n', namespace, file], { stdio: 'ignore' });
}

/** Writes an allowed-signers file of these lines: names, options, and whose key it is. */
export function allowSigners(
  folder: string,
  lines: readonly (readonly [names: string, options: string, key: string])[],
): string {
  const path = join(folder, 'allowed_signers');
  const text = lines.map(
    ([names, options, key]) => `${names} ${options} ${readFileSync(`${key}.pub`, 'utf8').trim()}\n`,
  );
  writeFileSync(path, text.join(''), { mode: 0o600 });
  return path;
}
