import { describe, expect, test } from 'vitest';
import { loadDesired } from '../../../src/app/state/load-desired.ts';
import { FwError } from '../../../src/core/diagnostics/errors.ts';
import { findForbiddenCharacter } from '../../../src/core/rules/forbidden-character.ts';
import type { StateFile } from '../../../src/ports/ports.ts';
import { printDiagnostic } from '../../../src/ui/errors/print-diagnostic.ts';
import { TEMPLATE_CASES } from './template-cases.ts';

async function show(files: Readonly<Record<string, string>>): Promise<string> {
  const all = Object.entries(files).map(([path, text]): StateFile => ({ path, text }));
  const state = all.filter(({ path }) => path.startsWith('state/'));
  const templates = all.filter(({ path }) => path.startsWith('templates/'));
  const nameOf = ({ path }: StateFile) => path.slice('templates/'.length, -'.yaml'.length);
  const ports = {
    stateFiles: { read: async () => state, readList: async () => undefined },
    templates: {
      find: async (_: string | undefined, name: string) => templates.find((file) => nameOf(file) === name),
      names: async () => templates.map(nameOf),
    },
  };
  const vars = files['--var']?.split('\n') ?? [];
  const options = { path: 'state', allowEmpty: false, existing: [], given: { vars, files: [] } };
  const error = await loadDesired(ports, options).catch((caught: unknown) => caught);
  if (!(error instanceof FwError)) throw new Error('the state was accepted', { cause: error });
  const shown = error.diagnostics.map((one) => printDiagnostic(one, error.sources, { colour: false }).join('\n'));
  return [`${error.message} [${error.code}]`, ...shown].join('\n\n');
}

describe('what a person reads about broken values and templates', () => {
  test.each(Object.entries(TEMPLATE_CASES))('%s', async (name, files) => {
    const text = await show(files);
    expect(text.split('\n').every((line) => line.length <= 200)).toBe(true);
    expect(findForbiddenCharacter(text.replaceAll('\n', ''))).toBe(-1);
    await expect(`${text}\n`).toMatchFileSnapshot(`${name}.txt`);
  });
});
