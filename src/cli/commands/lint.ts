import { Flags } from '@oclif/core';
import { runLint } from '../../app/lint/run-lint.ts';
import { EXIT } from '../../core/diagnostics/errors.ts';
import { wire } from '../../wire/wire.ts';
import { backendFlag } from '../flags/namespace-flag.ts';
import { selectFlags, selectionOf } from '../flags/select-flags.ts';
import { givenValues, valueFlags } from '../flags/value-flags.ts';
import { LINT_FORMATS, printLinted } from '../output/print-linted.ts';
import { BaseCommand } from '../run/base.ts';
import { withScreen } from '../run/with-screen.ts';

export default class Lint extends BaseCommand {
  static override summary = 'Find rules that no packet gets to, and others that do not do what they seem to.';
  static override description =
    'Tells only what is proved for all packets, of the rules that the state asks for, or with --live of those of this machine. The former needs neither ' +
    'root nor live rules. A comment `# fw: ignore FWL01 reason` in the state silences one finding.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --live --namespace edge',
    '<%= config.bin %> <%= command.id %> --strict --format sarif > lint.sarif',
  ];
  static override flags = {
    ...valueFlags,
    namespace: selectFlags.namespace,
    backend: backendFlag,
    'allow-empty': Flags.boolean({ summary: 'Accept a state that declares nothing.', env: 'FW_ALLOW_EMPTY' }),
    live: Flags.boolean({
      summary: 'Judge the live rules, of the host unless --namespace is given; needs root.',
      env: 'FW_LIVE',
    }),
    strict: Flags.boolean({
      summary: 'Exit 1 when more than notes was found, or something could not be judged.',
      env: 'FW_STRICT',
    }),
    'never-hit-days': Flags.integer({
      summary: 'With --live: tell rules that no packet has met for so many days.',
      env: 'FW_NEVER_HIT_DAYS',
      default: 30,
      min: 0,
    }),
    format: Flags.option({
      summary: 'Form of the answer.',
      env: 'FW_FORMAT',
      options: LINT_FORMATS,
      default: 'text',
    })(),
  };

  async run(): Promise<number> {
    const { flags } = await this.parse(Lint);
    return withScreen(flags, async ({ screen, facts }) => {
      const ports = wire({
        dataDir: flags['data-dir'],
        report: screen.report,
        allowUntrusted: flags['allow-untrusted-state'],
      });
      const { state, live } = flags;
      const run = await runLint(ports, {
        state,
        allowEmpty: flags['allow-empty'],
        given: givenValues(flags),
        live,
        backend: flags.backend,
        selection: selectionOf({ namespace: flags.namespace }),
        days: flags['never-hit-days'],
      });
      const about = { version: this.config.version, base: process.cwd(), state };
      const text = printLinted(run, flags.json ? 'json' : flags.format, { ...facts, ...about });
      if (typeof text === 'string') process.stdout.write(text);
      else screen.printLines(text);
      const isClean = run.gaps.length === 0 && run.findings.every(({ level }) => level === 'note');
      return flags.strict && !isClean ? EXIT.error : EXIT.ok;
    });
  }
}
