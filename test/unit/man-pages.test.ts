import { expect, test } from 'vitest';
import { printManPages } from '../../scripts/release/man-pages.ts';
import { COMMANDS } from '../../src/cli/commands/index.ts';

const pages = printManPages({ version: '1.2.3', date: '2026-01-02' });

test('there is a page for fw, for each command that people use, and for state files', () => {
  const shown = Object.keys(COMMANDS).filter((id) => COMMANDS[id]?.hidden !== true);
  expect([...pages.keys()].sort()).toEqual(
    ['fw.1', 'fw-state.5', ...shown.map((id) => `fw-${id.replaceAll(':', '-')}.1`)].sort(),
  );
  for (const id of shown)
    expect(pages.get('fw.1')).toContain(`\\fBfw ${id.replaceAll(':', ' ').replaceAll('-', '\\-')}\\fR`);
});

test('a page has each flag of the command, and no line that roff would take for a request of its own', () => {
  for (const [id, command] of Object.entries(COMMANDS).filter(([, { hidden }]) => hidden !== true)) {
    const page = pages.get(`fw-${id.replaceAll(':', '-')}.1`) ?? '';
    for (const [name, { hidden }] of Object.entries(command.flags ?? {})) {
      if (hidden !== true) expect(page).toContain(`\\fB\\-\\-${name.replaceAll('-', '\\-')}\\fR`);
    }
  }
  for (const [name, page] of pages) {
    const requests = page.split('\n').filter((line) => /^[.']/.test(line));
    expect(
      requests.filter((line) => !/^\.(TH|SH|TP|PP|B|I|BR|nh|ad l|nf|fi)\b/.test(line)),
      name,
    ).toEqual([]);
  }
});

test('the page of state files has every key at the top of a document', () => {
  for (const key of ['namespace', 'ownership', 'tables', 'sets', 'checks', 'tests', 'reachable']) {
    expect(pages.get('fw-state.5')).toContain(`\n\\fB${key}\\fR\n`);
  }
});
