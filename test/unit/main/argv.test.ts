import { describe, expect, test } from 'vitest';
import { rewriteArgv } from '../../../src/main/argv.ts';

/** Words are separated by one space, as in the cases below. */
function rewritten(line: string): string {
  return rewriteArgv(line.split(' ')).join(' ');
}

describe('rewriteArgv', () => {
  test.each([
    ['plan -out=x', 'plan --out=x'],
    ['plan -out x', 'plan --out x'],
    ['apply -auto-approve', 'apply --auto-approve'],
    ['plan -detailed-exitcode', 'plan --detailed-exitcode'],
    ['plan -target=edge/ipv4/filter', 'plan --target=edge/ipv4/filter'],
    ['plan -var a=b', 'plan --var a=b'],
    ['plan -json -no-color', 'plan --json --no-color'],
    ['apply -lock-timeout=30s', 'apply --lock-timeout=30s'],
    ['apply -var-file=x.yaml', 'apply --var-file=x.yaml'],
    ['plan -compact-warnings -parallelism=4', 'plan'],
    ['apply -parallelism 4 -json', 'apply --json'],
    ['plan -lock=false -lock-timeout=3s -json', 'plan --json'],
    ['plan -lock-timeout 3s -out x', 'plan --out x'],
    ['plan -out -lock=false', 'plan --out -lock=false'],
    ['apply -lock-timeout 3s', 'apply --lock-timeout 3s'],
    ['plan -refresh=true', 'plan'],
    ['plan -refresh=false', 'plan --no-refresh'],
    ['plan -refresh-only', 'plan --refresh-only'],
    ['plan -destroy', 'plan --destroy'],
    ['plan -help', 'plan --help'],
    ['fmt -recursive', 'fmt'],
    ['fmt -recursive -check', 'fmt --check'],
  ])('turns the Terraform spelling %s into %s', (typed, expected) => {
    expect(rewritten(typed)).toBe(expected);
  });

  test.each([
    ['apply -input=false', 'apply --no-input'],
    ['apply -input=true', 'apply'],
    ['apply -lock=false', 'apply --no-lock'],
    ['apply -lock=true', 'apply'],
    ['apply -auto-approve=true', 'apply --auto-approve'],
    ['apply -auto-approve=false', 'apply'],
  ])('reads the switch in %s', (typed, expected) => {
    expect(rewritten(typed)).toBe(expected);
  });

  test.each([
    'plan -o x',
    'plan -o=x',
    'plan -h',
    'plan --out x',
    'fmt -',
    'plan -unknown=x',
    'apply -lock=maybe',
    'plan -constructor',
  ])('leaves %s as it is', (typed) => {
    expect(rewritten(typed)).toBe(typed);
  });

  test('leaves everything after -- as it is', () => {
    expect(rewritten('apply -json -- -out=x -auto-approve')).toBe('apply --json -- -out=x -auto-approve');
  });

  test('leaves the value of a flag as it is, in both spellings of the flag', () => {
    expect(rewritten('plan -out -json')).toBe('plan --out -json');
    expect(rewritten('plan --out -auto-approve')).toBe('plan --out -auto-approve');
  });

  test('keeps a value with a line break in one word', () => {
    expect(rewriteArgv(['plan', '-out=a\nb'])).toEqual(['plan', '--out=a\nb']);
  });

  test('puts a -chdir that stands before the command behind it', () => {
    expect(rewritten('-chdir=/srv plan -json')).toBe('plan --chdir=/srv --json');
    expect(rewritten('--chdir=/srv plan')).toBe('plan --chdir=/srv');
    expect(rewritten('-chdir=/srv state list -json')).toBe('state list --chdir=/srv --json');
  });

  test('leaves a -chdir without a command where it is', () => {
    expect(rewritten('-chdir=/srv')).toBe('--chdir=/srv');
    expect(rewritten('-chdir=/srv --help')).toBe('--chdir=/srv --help');
  });

  test('reads `help COMMAND` as `COMMAND --help`', () => {
    expect(rewritten('help plan')).toBe('plan --help');
    expect(rewritten('help')).toBe('--help');
  });

  test('returns no words for no words', () => {
    expect(rewriteArgv([])).toEqual([]);
  });
});
