import { expect, test } from 'vitest';
import { printDocument } from '../../../../src/core/import/print-document.ts';

const TEXT = printDocument({
  namespace: 'host',
  keep: [],
  sets: [],
  tables: [
    {
      name: 'filter',
      chains: [
        {
          name: 'INPUT',
          rules: [{ text: '-m comment --comment null -j a$b' }, { text: '-m comment --comment "~" -j null' }],
        },
        { name: 'a$b', rules: [] },
        { name: 'null', rules: [] },
      ],
    },
  ],
});

test.each([
  ['a comment that YAML reads as nothing', '        comment: "null"\n'],
  ['the sign for nothing', '        comment: "~"\n'],
  ['a chain whose name would be that of a value', '    a$$b: []\n'],
  ['a jump to it', '      - rule: -j a$$b\n'],
  ['a chain whose name YAML reads as nothing', '    "null": []\n'],
])('%s is written so that it is read back', (_, line) => {
  expect(TEXT).toContain(line);
});
