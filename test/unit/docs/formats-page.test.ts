import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { faultsOf } from '../../support/schema.ts';
import { documents, pageSamples } from '../ui/formats/page-samples.ts';

const page = readFileSync(new URL('../../../docs/formats.md', import.meta.url), 'utf8');

/** Blocks of code that say which sample they are. */
const blocks = [...page.matchAll(/^<!-- sample ([a-z-]+) -->\n(`{3,})[a-z]+\n(.*?)^\2$/gms)].map(
  ([, name = '', , text = '']) => ({ name, text }),
);

describe('docs/formats.md', () => {
  test('has every sample but the long summary of a generation', () => {
    const left = Object.keys(pageSamples()).filter((name) => !blocks.some((block) => block.name === name));
    expect(left).toEqual(['generation-summary']);
  });

  test.each(blocks)('shows $name as it is printed', ({ name, text }) => {
    expect(text).toBe(pageSamples()[name]);
  });

  test.each(Object.entries(documents()))('has a sample of %s that is as its schema says', (name, values) => {
    expect(values.flatMap((value) => faultsOf(name, value))).toEqual([]);
  });
});
