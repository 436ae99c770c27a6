import { CODES, EXIT } from '../src/core/errors.ts';

const MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'done, or nothing to do',
  error: 'error in the state, while reading or planning; nothing changed',
  changes: 'changes or drift found, with `--detailed-exitcode` (`drift`: always); nothing else ever exits 2',
  unformatted: '`fmt --check` found work',
  stale: 'saved plan stale or expired; nothing changed',
  guard: 'blocked by a guard; nothing changed',
  unapproved: 'approval needed and not given; nothing changed',
  locked: 'locked, or another confirm is pending; nothing changed',
  rolledBack: 'apply failed; rolled back and verified',
  broken: 'apply failed and the end state is not known good: page a human',
  usage: 'wrong command line; nothing changed',
  permission: 'not permitted; nothing changed',
  interrupted: 'interrupted (SIGINT); the message says what state the firewall is in',
  terminated: 'terminated (SIGTERM); the message says what state the firewall is in',
};

/** docs/errors.md, made from the tables in src/core/errors.ts. `npm run docs` writes it. */
export function printErrorsPage(): string {
  const exits = Object.entries(EXIT).map(([name, exit]) => `| ${exit} | ${MEANINGS[name as keyof typeof EXIT]} |`);
  const codes = Object.entries(CODES).map(([code, { exit, next }]) => `| \`${code}\` | ${exit} | ${escapeCell(next)} |`);
  return [
    '# Errors and exit numbers',
    '',
    'Made by `npm run docs` from `src/core/errors.ts`; do not edit.',
    '',
    'Every error says what failed, where, what state the firewall is in now, and what to do next.',
    'With `--json` the last line on stdout is an object of `type` `result`, which has `exit_code`, `firewall`, and in `error` the `code`, `message` and `next` ([the stream](formats.md)).',
    '',
    '## Exit numbers',
    '',
    '| exit | meaning |',
    '| --- | --- |',
    ...exits,
    '',
    '## Codes',
    '',
    '| code | exit | what to do next |',
    '| --- | --- | --- |',
    ...codes,
    '',
  ].join('\n');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
