import { expect, test } from 'vitest';
import { foldFate, foldJournal } from '../../../../src/core/journal/run-state.ts';
import type { JournalEntry } from '../../../../src/core/journal/types.ts';

const BEGIN: JournalEntry = {
  kind: 'begin',
  version: 1,
  id: '20260101T000000000Z-1',
  at: '2026-01-01T00:00:00.000Z',
  pid: 1,
  boot: 'boot',
  operator: 'root',
  steps: [],
};
const LATER: readonly (readonly JournalEntry[])[] = [
  [],
  [{ kind: 'end', at: BEGIN.at, outcome: 'applied' }],
  [{ kind: 'end', at: BEGIN.at, outcome: 'broken' }],
  [
    { kind: 'pending', deadline: '2026-01-01T00:05:00.000Z' },
    { kind: 'end', at: BEGIN.at, outcome: 'confirmed' },
  ],
];

test('how an apply stands is the same whether its whole journal is read or only what follows the first line', () => {
  const fates = new Set<string>();
  for (const later of LATER) {
    const text = `${JSON.stringify(BEGIN)}\n${later.map((entry) => `\n${JSON.stringify(entry)}\n`).join('')}`;
    for (let length = 0; length <= text.length; length += 1) {
      const torn = text.slice(0, length);
      expect(foldFate(torn)).toEqual(foldJournal(torn)?.state);
      fates.add(foldFate(torn)?.kind ?? 'nothing');
    }
  }
  expect([...fates].sort()).toEqual(['ended', 'nothing', 'pending', 'unfinished']);
});

test('an end tells when and why, and what failed', () => {
  const end = { kind: 'end', at: BEGIN.at, outcome: 'rolled-back', why: 'check failed', said: 'no answer' } as const;
  const text = `${JSON.stringify(BEGIN)}\n\n${JSON.stringify(end)}\n`;
  expect(foldJournal(text)?.state).toEqual({ ...end, kind: 'ended' });
});
