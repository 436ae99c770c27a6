import { describe, expect, test } from 'vitest';
import { loadDesired } from '../../../src/app/state/load-desired.ts';
import { FwError } from '../../../src/core/diagnostics/errors.ts';
import { findForbiddenCharacter } from '../../../src/core/rules/forbidden-character.ts';
import { printDiagnostic } from '../../../src/ui/errors/print-diagnostic.ts';
import { CASES } from './cases.ts';

const EXISTING = ['core-1', 'edge', 'edge-2', 'qrouter-1'];

async function show(files: Readonly<Record<string, string>>): Promise<string> {
  const read = async () =>
    Object.entries(files)
      .filter(([path]) => !path.endsWith('.txt'))
      .map(([path, text]) => ({ path, text }))
      .sort((one, other) => (one.path < other.path ? -1 : 1));
  const readList = async (_: string, path: string) => {
    const text = files[path];
    return text === undefined ? undefined : { path, text };
  };
  try {
    const options = { path: 'state', allowEmpty: false, existing: EXISTING };
    const { diagnostics, sources } = await loadDesired({ stateFiles: { read, readList } }, options);
    return diagnostics.map((one) => printDiagnostic(one, sources, { colour: false }).join('\n')).join('\n\n');
  } catch (error) {
    if (!(error instanceof FwError)) throw error;
    const shown = error.diagnostics.map((one) => printDiagnostic(one, error.sources, { colour: false }).join('\n'));
    return [`${error.message} [${error.code}]`, ...shown].join('\n\n');
  }
}

describe('what a person reads about a broken state', () => {
  test.each(Object.entries(CASES))('%s', async (name, files) => {
    const text = await show(files);
    expect(text).not.toBe('');
    expect(text.split('\n').every((line) => line.length <= 200)).toBe(true);
    expect(findForbiddenCharacter(text.replaceAll('\n', ''))).toBe(-1);
    await expect(`${text}\n`).toMatchFileSnapshot(`${name}.txt`);
  });
});
