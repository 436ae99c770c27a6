import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { fitPage, pageText, TOPICS } from '../../src/cli/output/help-topics.ts';
import { dataFolder } from '../support/fw.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

function words(...args: readonly string[]): string {
  const { stdout, stderr } = runBuilt(args, { through: ['unshare', '--net'] });
  return `${stdout}${stderr}`.replaceAll(/\s+/g, ' ');
}

describe('fw help', () => {
  test('of a topic is its page, of a command its help, and of neither asks what was meant', () => {
    expect(words('help', 'exit-codes')).toMatch(/^# Errors and exit numbers .*## Exit numbers/);
    expect(words('help', 'topics')).toContain('fw help guards docs/guards.md');
    expect(words('help', 'plan')).toMatch(/^Show what apply would change, and change nothing\. USAGE/);
    expect(words('help')).toContain('Start here: fw import');
    expect(words('help', 'exit-cods')).toContain('Did you mean fw help exit-codes?');
    expect(words('help', 'aply')).toContain('Did you mean fw apply?');
  });

  test('has a page of docs for each topic, and no topic has the name of a command', () => {
    for (const [topic, page] of TOPICS) {
      expect(page === '' || existsSync(join('docs', `${page}.md`)), topic).toBe(true);
      expect(Object.keys(COMMANDS)).not.toContain(topic);
    }
  });

  test('of a topic breaks sentences at blanks at a terminal, and nothing that is to be typed', () => {
    const code = [
      '```console',
      '# fw plan and more words',
      '```',
      '    fw plan and more words',
      '| a | table of words |',
    ];
    expect(fitPage(['- one two three four', '', ...code], 12)).toEqual(['- one two', '  three four', '', ...code]);
  });

  test('has a topic for each page that a reader of docs/README.md is led to', () => {
    const pages = [...readFileSync('docs/README.md', 'utf8').matchAll(/^\| \[([a-z0-9-]+)\.md\]/gm)].map(
      ([, page]) => page,
    );
    const toRead = pages.filter((page) => page !== 'commands' && page !== 'architecture');
    expect(toRead.filter((page) => ![...TOPICS.values()].includes(page ?? ''))).toEqual([]);
  });

  test('names the topic where a page has a link', () => {
    const page =
      '<!-- made -->\nSee [the plans](plans.md#signed), [why](decisions/0001-x.md) and [site](https://example.org).\n';
    expect(pageText(page)).toBe('See the plans (fw help approval), why and [site](https://example.org).\n');
  });
});

test.each([
  [['plan', '--family', 'ipv5'], '--family takes ipv4 or ipv6, and not "ipv5"'],
  [['plan', '--context', '-3'], '--context: "-3" is not a whole number, 0 or more'],
  [['log', '--newest', 'x'], '--newest: "x" is not a whole number [usage]'],
  [['plan', '--out'], '--out needs a value behind it'],
  [['show', 'a', 'b'], 'there is one argument too many: b'],
  [['drift', '--foreign', '--since', '1'], '--since and --foreign cannot be given together'],
] as const)('%j is refused in words of fw', (args, expected) => {
  expect(runBuilt(args).status).toBe(64);
  expect(words(...args)).toContain(expected);
});

describe('what is not there is named as what it is', () => {
  const state = () => stateFolder({ 'a.yaml': 'tables: {filter: {INPUT: [-j ACCEPT]}}\n' });

  test('a state, a file of values, a revision, a folder, an approval', () => {
    const [folder, data] = [state(), dataFolder()];
    const missing = join(folder, 'nope');
    expect(words('plan', '--state', missing)).toMatch(/no state at .*fw import .*fw init/);
    expect(words('plan', '--state', folder, '--var-file', missing)).toContain('there is no file of values at');
    mkdirSync(join(folder, 'd'));
    const diff = words('diff', `${folder}@nope`, `${folder}@nope`, '--data-dir', data);
    expect(diff).toContain('Correct the revision');
    expect(words('plan', '--state', folder, '--out', join(missing, 'x'))).toContain(`there is no folder ${missing}`);
    expect(words('apply', '--state', folder, '--approved', 'sha256:00')).toContain('64 hexadecimal digits');
  });

  test('a data folder, which status does not make', () => {
    const missing = join(state(), 'typo/a');
    expect(runBuilt(['status', '--data-dir', missing]).stdout).toContain(
      `none yet in ${missing}, which does not exist`,
    );
    expect(existsSync(missing)).toBe(false);
  });

  test('the namespace of a document that names none', () => {
    expect(words('validate', '--state', state())).toContain('The state is valid: 1 namespace (host).');
  });
});
