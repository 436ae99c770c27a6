import { describe, expect, test } from 'vitest';
import { isHostName } from '../../../../../src/core/desired/is-host-name.ts';
import { placeChecks } from '../../../../../src/core/state/merge/place-checks.ts';
import { parseDocument } from '../../../../../src/core/state/parse-document.ts';

function read(checks: string, existing?: readonly string[]) {
  const parsed = parseDocument({ path: 'a.yaml', text: `checks:\n${checks}tables: {filter: {INPUT: [-j ACCEPT]}}\n` });
  const placed = placeChecks(parsed.documents, existing);
  return { checks: placed.checks, codes: [...parsed.diagnostics, ...placed.diagnostics].map(({ code }) => code) };
}

describe('reading checks', () => {
  test('what is not written has a default', () => {
    const { checks, codes } = read('  - tcp: 192.0.2.1:22\n');
    expect(codes).toEqual([]);
    expect(checks).toEqual([
      {
        probe: { kind: 'tcp', host: '192.0.2.1', port: 22 },
        from: { kind: 'host' },
        retries: 2,
        timeoutMs: 5_000,
        waitMs: 1_000,
        span: { file: 'a.yaml', start: 12, end: 15 },
      },
    ]);
  });

  test('what is written counts', () => {
    const { checks, codes } = read(
      '  - {http: "https://[2001:db8::1]:8443/a?b=c", status: 302, from: edge, retries: 0, timeout: 1m, wait: 0, name: web}\n' +
        '  - {command: [/bin/smoke, --fast, ""], from: host, timeout: 500ms, wait: 2s}\n' +
        '  - {tcp: "[fe80::1%eth0]:22"}\n  - {tcp: db.example.net:5432}\n',
      ['edge'],
    );
    expect(codes).toEqual([]);
    expect(checks).toMatchObject([
      {
        probe: { kind: 'http', url: 'https://[2001:db8::1]:8443/a?b=c', status: 302 },
        from: { kind: 'named', name: 'edge' },
        retries: 0,
        timeoutMs: 60_000,
        waitMs: 0,
        name: 'web',
      },
      {
        probe: { kind: 'command', words: ['/bin/smoke', '--fast', ''] },
        from: { kind: 'host' },
        timeoutMs: 500,
        waitMs: 2_000,
      },
      { probe: { kind: 'tcp', host: 'fe80::1%eth0', port: 22 } },
      { probe: { kind: 'tcp', host: 'db.example.net', port: 5432 } },
    ]);
  });

  test('without a machine to look at, the namespace of a check need not exist', () => {
    expect(read('  - {tcp: 10.0.0.1:22, from: edge}\n').codes).toEqual([]);
    expect(read('  - {tcp: 10.0.0.1:22, from: edge}\n', ['core']).codes).toEqual(['env.no-namespace']);
  });

  test('a wrong check is told apart from the rules of its document', () => {
    const wrong = parseDocument({
      path: 'a.yaml',
      text: 'checks: [{tcp: x}]\ntables: {filter: {INPUT: [-j ACCEPT]}}\n',
    });
    expect(wrong.documents[0]).toMatchObject({ isPlaced: true, checks: [], tables: [{ name: 'filter' }] });
    expect(wrong.diagnostics).toHaveLength(1);
  });

  test('a long list made of aliases is one error', () => {
    const list = `[${Array.from({ length: 201 }, () => '*a').join(', ')}]`;
    const text = `x: &a {tcp: 10.0.0.1:1}\nchecks: ${list}\n`;
    const { diagnostics } = parseDocument({ path: 'a.yaml', text });
    expect(diagnostics.map(({ code }) => code)).toEqual(['state.unknown-key', 'state.check']);
  });

  test('the longest time is counted over all documents', () => {
    const checks = Array.from({ length: 36 }, (_, index) => `  - tcp: 10.0.0.1:${index + 1}\n`);
    expect(read(checks.slice(0, 35).join('')).codes).toEqual([]);
    expect(read(checks.join('')).codes).toEqual(['state.check']);
  });
});

test.each(['::1', '2001:db8::1', 'fe80::1%eth0', '::ffff:10.0.0.1'])('%s is a host between brackets', (text) => {
  expect(isHostName(text, { bracketed: true })).toBe(true);
  expect(isHostName(text, { bracketed: false })).toBe(false);
});

test.each(['10.0.0.1', 'localhost', 'a-b.example.net', '1e100.net'])('%s is a host', (text) => {
  expect(isHostName(text, { bracketed: false })).toBe(true);
  expect(isHostName(text, { bracketed: true })).toBe(false);
});

test.each([
  '',
  '-x',
  'a..b',
  '10.1',
  '010.0.0.1',
  '10.0.0.256',
  '0x7f000001',
  'a b',
  'a\n',
  'ü.net',
  `${'a'.repeat(64)}`,
])('%j is no host', (text) => {
  expect(isHostName(text, { bracketed: false })).toBe(false);
  expect(isHostName(text, { bracketed: true })).toBe(false);
});
