import { expect, test } from 'vitest';
import { shellWord } from '../../../../src/core/text/shell-word.ts';
import { wrapText } from '../../../../src/ui/text/wrap-text.ts';

test.each(['/srv/my data folder of fw', "/srv/it's a ' b", '/srv/a\nb c d', "'a b' c"])(
  'a command is not broken within the name %j',
  (name) => {
    const word = shellWord(name);
    const lines = wrapText(`Make it yours again: chmod go-w ${word}, then run this again.`, 30, '  ');
    expect(lines.filter((line) => line.includes(word))).toHaveLength(1);
    expect(lines.map((line) => line.trim()).join(' ')).toBe(
      `Make it yours again: chmod go-w ${word}, then run this again.`,
    );
  },
);

test('apostrophes of a sentence are no quotes', () => {
  const text = "the state's rules and the users' chains aren't 'ours and stay as they are";
  const lines = wrapText(text, 20, '');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(20);
  expect(lines.map((line) => line.trim()).join(' ')).toBe(text);
});
