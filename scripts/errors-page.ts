import { EXIT, EXIT_MEANINGS } from '../src/core/diagnostics/exit-numbers.ts';
import { PROBLEM_CODES, RUN_CODES } from '../src/core/diagnostics/codes.ts';
import { GUARDS } from '../src/core/guards/registry.ts';

const SEVERITIES = { error: 'error', warning: 'warning', either: 'error or warning' } as const;

/** docs/errors.md, made from the tables in src/core/diagnostics and the registry of guards. `npm run docs` writes it. */
export function printErrorsPage(): string {
  const exits = Object.entries(EXIT).map(
    ([name, exit]) => `| ${exit} | ${EXIT_MEANINGS[name as keyof typeof EXIT]} |`,
  );
  const codes = Object.entries(RUN_CODES).map(
    ([code, { title, exit, next }]) => `| \`${code}\` | ${exit} | ${escapeCell(title)} | ${escapeCell(next)} |`,
  );
  const problems = Object.entries(PROBLEM_CODES).map(
    ([code, { title, severity, why }]) =>
      `| \`${code}\` | ${SEVERITIES[severity]} | ${escapeCell(title)} | ${escapeCell(why)} |`,
  );
  return [
    '# Errors and exit numbers',
    '',
    'Made by `npm run docs` from `src/core/diagnostics` and `src/core/guards`; do not edit.',
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
    '## Codes that end a run',
    '',
    'A few of them are also shown at a place of the state, or as a warning where the run can go on without what they are about.',
    '',
    '| code | exit | what happened | what to do next |',
    '| --- | --- | --- | --- |',
    ...codes,
    '',
    '## Problems and warnings',
    '',
    'They are shown with the place in the file, where they have one. Errors end the run, mostly with `state.invalid`; warnings end nothing.',
    '',
    '| code | severity | what is wrong | why |',
    '| --- | --- | --- | --- |',
    ...problems,
    '',
    '## Guards',
    '',
    'A closed guard ends the run with `plan.guard`; [guards.md](guards.md) describes each.',
    '',
    '| code | exit | closed when | opened by |',
    '| --- | --- | --- | --- |',
    ...GUARDS.map(
      ({ id, closedWhen, flag }) => `| \`${id}\` | ${RUN_CODES['plan.guard'].exit} | ${closedWhen} | \`${flag}\` |`,
    ),
    '',
  ].join('\n');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
