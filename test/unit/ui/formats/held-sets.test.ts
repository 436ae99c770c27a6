import { expect, test } from 'vitest';
import type { ShownSet } from '../../../../src/core/report/shown/types.ts';
import { printShownLines } from '../../../../src/ui/formats/shown/lines.ts';
import { printShownRestore } from '../../../../src/ui/formats/shown/restore.ts';
import { printShownSummary } from '../../../../src/ui/formats/shown/summary.ts';
import { printShownText } from '../../../../src/ui/formats/shown/text.ts';

const set = (header: string, entries: readonly string[] | undefined): ShownSet => ({
  namespace: { kind: 'host' },
  name: 'fw-\x1bs',
  header,
  entries,
});

test('a large set is shown by its first entries, and whole where a program reads it', () => {
  const entries = Array.from({ length: 1000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
  const large = [set('hash:ip family inet', entries)];
  const text = printShownText([], large).split('\n');
  expect(text[0]).toBe('host  set fw-\\x1bs  hash:ip family inet  (1000 entries)');
  expect(text.slice(20)).toEqual(['    10.0.0.19', '    ... and 980 more', '']);
  expect(printShownRestore([], large).match(/^add /gm)).toHaveLength(1000);
  expect(printShownSummary([], large)).toContain('host set fw-\\x1bs: hash:ip family inet, 1000 entries\n');
  expect(printShownLines([], large)).toBe('host\tipv4\t-\tfw-\\x1bs\tset\thash:ip family inet\tentries=1000\n');
});

test('a set whose content is the business of others has no number of entries', () => {
  const open = [set('list:set size 8', undefined)];
  expect(printShownText([], open)).toBe('host  set fw-\\x1bs  list:set size 8  (entries of others)\n');
  expect(printShownSummary([], open)).toContain('list:set size 8, entries of others\n');
  expect(printShownLines([], open)).toBe('host\t-\t-\tfw-\\x1bs\tset\tlist:set size 8\n');
});

test('entries that pass are restored as entries that stay', () => {
  expect(printShownRestore([], [{ ...set('hash:ip family inet timeout 60', ['192.0.2.1']), name: 's' }])).toBe(
    '# host (ipset)\ncreate s hash:ip family inet timeout 60\nadd s 192.0.2.1 timeout 0 -exist\n',
  );
});
