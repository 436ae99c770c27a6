import { Args, Flags } from '@oclif/core';
import { runTests } from '../../app/flow-tests/run-tests.ts';
import { EXIT } from '../../core/diagnostics/errors.ts';
import { wire } from '../../wire/wire.ts';
import { givenValues, valueFlags } from '../flags/value-flags.ts';
import { printTested, TEST_FORMATS } from '../output/print-tested.ts';
import { BaseCommand } from '../run/base.ts';
import { withScreen } from '../run/with-screen.ts';

export default class Test extends BaseCommand {
  static override summary = 'Prove what the tests of the state say of packets. Exits 1 when one does not hold.';
  static override description =
    'Judges each test for all packets that it names, by the rules that the state asks for. That needs neither root nor live rules. With --live the live rules ' +
    'are judged, with --snapshot those of a file, with --plan those that a saved plan makes. A test that cannot be judged counts as one that fails.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --live audit.yaml',
    '<%= config.bin %> <%= command.id %> --format junit > tests.xml',
  ];
  static override args = {
    file: Args.string({
      description: 'File or folder of tests that declares nothing (`kind: tests`).',
      ignoreStdin: true,
    }),
  };
  static override flags = {
    ...valueFlags,
    'allow-empty': Flags.boolean({ summary: 'Accept a state that declares nothing.', env: 'FW_ALLOW_EMPTY' }),
    plan: Flags.string({
      summary: 'Judge the rules after this saved plan, by its tests.',
      env: 'FW_PLAN',
      helpValue: 'FILE',
    }),
    snapshot: Flags.string({
      summary: 'Judge the rules in a file of fw snapshot.',
      env: 'FW_SNAPSHOT',
      helpValue: 'FILE',
    }),
    live: Flags.boolean({ summary: 'Judge the live rules; needs root.', env: 'FW_LIVE' }),
    format: Flags.option({
      summary: 'Form of the answer.',
      env: 'FW_FORMAT',
      options: TEST_FORMATS,
      default: 'text',
    })(),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Test);
    const files = args.file === undefined ? [] : [args.file];
    const { state, plan, snapshot, live } = flags;
    // Rules that are there can be asked by files alone.
    const isOfFiles = files.length > 0 && (live || snapshot !== undefined) && !this.typed.has('state');
    return withScreen(flags, async ({ screen, facts }) => {
      const ports = wire({
        dataDir: flags['data-dir'],
        report: screen.report,
        allowUntrusted: flags['allow-untrusted-state'],
      });
      const tested = await runTests(ports, {
        state: isOfFiles ? undefined : state,
        allowEmpty: flags['allow-empty'],
        given: givenValues(flags),
        files,
        plan,
        snapshot,
        live,
      });
      const format = flags.json ? 'json' : flags.format;
      const about = { version: this.config.version, now: ports.clock.now(), base: process.cwd(), state };
      const text = printTested(tested, format, { ...facts, ...about });
      if (typeof text === 'string') process.stdout.write(text);
      else screen.printLines(text);
      return tested.results.every(({ result }) => result.kind === 'holds') ? EXIT.ok : EXIT.error;
    });
  }
}
