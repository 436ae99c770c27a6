import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { faultsOf } from '../../support/schema.ts';
import { documents, pageSamples } from '../ui/formats/page-samples.ts';

const root = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('docs/formats.md', root), 'utf8');

/** Blocks of code that say which sample they are. */
const blocks = [...page.matchAll(/^<!-- sample ([a-z-]+) -->\n(`{3,})[a-z]+\n(.*?)^\2$/gms)].map(
  ([, name = '', , text = '']) => ({ name, text }),
);

/** The name of the schema in schemas/, which is that of the sample. */
function schemaOf(name: string): string | undefined {
  return existsSync(new URL(`schemas/${name}.schema.json`, root)) ? name : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('docs/formats.md', () => {
  test('has every sample but the long summary of a generation', () => {
    const left = Object.keys(pageSamples()).filter((name) => !blocks.some((block) => block.name === name));
    expect(left).toEqual(['generation-summary']);
  });

  test.each(blocks)('shows $name as it is printed', ({ name, text }) => {
    expect(text).toBe(pageSamples()[name]);
  });

  test('has no block of JSON that is no sample, and no other page has one', () => {
    const pages = ['README.md', ...readdirSync(new URL('docs/', root)).map((name) => `docs/${name}`)];
    const unmarked = pages
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) =>
        [...readFileSync(new URL(path, root), 'utf8').matchAll(/^(.*)\n`{3,}(?:json|jsonc|ndjson)\n/gm)]
          .filter(([, before = '']) => !before.startsWith('<!-- sample '))
          .map(([block]) => `${path}: ${block}`),
      );
    expect(unmarked).toEqual([]);
  });

  test.each(blocks.filter(({ name }) => schemaOf(name) !== undefined))(
    '$name on the page is as its schema says',
    ({ name, text }) => {
      const values = name === 'stream' ? text.trim().split('\n') : [text];
      expect(values.flatMap((value) => faultsOf(schemaOf(name) ?? '', JSON.parse(value)))).toEqual([]);
    },
  );

  test('a sample of JSON has a schema of fw, or one of somebody else that other tests ask', () => {
    const json = blocks.filter(
      ({ text }) => /^[[{]/.test(text) && isJson(text.split('\n')[0] === '{' ? text : (text.split('\n')[0] ?? '')),
    );
    expect(json.filter(({ name }) => schemaOf(name) === undefined).map(({ name }) => name)).toEqual([
      'sarif',
      'gitlab',
    ]);
  });

  test.each(Object.entries(documents()))('has a sample of %s that is as its schema says', (name, values) => {
    expect(values.flatMap((value) => faultsOf(name, value))).toEqual([]);
  });
});
