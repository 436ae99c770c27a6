import { expect, test } from 'vitest';
import { formatDocuments } from '../../../../../src/core/state/document/format-documents.ts';

const CROOKED = `# what this is
tables:
    filter:
        INPUT:   # the input
            - -i lo -j ACCEPT    # loop
            - rule: "-p tcp --dport 22 -j ACCEPT"
              id: ssh

            # before web
            - -j web
        web: [-j ACCEPT]
# where
namespace:   edge
---
tables: {nat: {}}
namespace: b
`;

test('indentation and the order of keys change, comments and blank lines stay', () => {
  expect(formatDocuments(CROOKED)).toBe(`# what this is
# where
namespace: edge
tables:
  filter:
    INPUT:
      # the input
      - -i lo -j ACCEPT # loop
      - rule: "-p tcp --dport 22 -j ACCEPT"
        id: ssh

      # before web
      - -j web
    web: [-j ACCEPT]
---
namespace: b
tables: {nat: {}}
`);
});

test('formatting again changes nothing', () => {
  const once = formatDocuments(CROOKED) ?? '';
  expect(formatDocuments(once)).toBe(once);
});

test('long rules are not folded and numbers stay as they are written', () => {
  const rule = `-p tcp -m comment --comment "${'x '.repeat(100)}" -j ACCEPT`;
  const text = `namespace: 0x10\ntables:\n  filter:\n    INPUT:\n      - ${rule}\n`;
  expect(formatDocuments(text)).toBe(text);
});

test('what is not YAML is not touched', () => {
  expect(formatDocuments('a: [')).toBeUndefined();
});
