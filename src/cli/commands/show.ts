import { Args, Flags } from '@oclif/core';
import { readSubject } from '../../app/query/read-subject.ts';
import { EXIT, FwError } from '../../core/diagnostics/errors.ts';
import { hasChanges } from '../../core/plan/count-changes.ts';
import type { FormatName } from '../../ui/formats/registry.ts';
import { loadGraphviz } from '../../ui/graph/load-graphviz.ts';
import { cleanText } from '../../ui/text/clean-text.ts';
import { wire, wireHost } from '../../wire/wire.ts';
import { requireSignatureFlag } from '../flags/approval-flags.ts';
import { backendFlag, namespaceFlag } from '../flags/namespace-flag.ts';
import { trafficFlag } from '../flags/plan-flags.ts';
import { FORMAT_NAMES, printSubject } from '../output/print-subject.ts';
import { showSavedPlan } from '../output/show-saved-plan.ts';
import { warn, warnAll } from '../output/warn.ts';
import { BaseCommand } from '../run/base.ts';
import { withScreen } from '../run/with-screen.ts';

export default class Show extends BaseCommand {
  static override summary = 'Show a saved plan, a generation, a receipt or live rules, for people or for programs.';
  static override description =
    'A saved plan needs no root and no live rules. docs/formats.md describes every format; their JSON Schemas are in schemas/.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> edge.fwplan',
    {
      description: 'As a comment of a pull request',
      command: '<%= config.bin %> <%= command.id %> edge.fwplan --format markdown',
    },
    {
      description: 'As a page for reviewers and auditors, in one file',
      command: '<%= config.bin %> <%= command.id %> edge.fwplan --format html > edge.html',
    },
    {
      description: 'For programs, with the keys of Terraform',
      command: '<%= config.bin %> <%= command.id %> edge.fwplan --json',
    },
    '<%= config.bin %> <%= command.id %> last --format restore',
    '<%= config.bin %> <%= command.id %> receipt-41',
    '<%= config.bin %> <%= command.id %> live --namespace host --format lines',
  ];
  static override args = {
    what: Args.string({
      description: 'A file of fw plan --out, the number of a generation, last, previous, receipt-N, or live.',
      required: true,
      ignoreStdin: true,
    }),
  };
  static override flags = {
    format: Flags.option({ summary: 'How to show it; text without it.', env: 'FW_FORMAT', options: FORMAT_NAMES })(),
    budget: Flags.integer({
      summary: 'Most bytes of markdown.',
      env: 'FW_BUDGET',
      default: 60_000,
      min: 4_000,
      max: 10_000_000,
      helpValue: 'BYTES',
    }),
    'require-signature': requireSignatureFlag,
    namespace: namespaceFlag,
    backend: backendFlag,
    traffic: trafficFlag,
    full: Flags.boolean({ summary: 'Show every changed rule and every namespace.', env: 'FW_FULL' }),
    'detailed-exitcode': Flags.boolean({
      summary: 'Exit with 2 when a plan has changes.',
      env: 'FW_DETAILED_EXITCODE',
    }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Show);
    const format = formatOf(flags);
    return withScreen({ ...flags, json: format !== 'text' }, async ({ screen, facts }) => {
      const ports = wire({
        dataDir: flags['data-dir'],
        report: screen.report,
        allowUntrusted: flags['allow-untrusted-state'],
      });
      const subject = await readSubject(ports, args.what, {
        namespaces: flags.namespace,
        backend: flags.backend,
        allowedSigners: flags['require-signature'],
        withTraffic: flags.traffic !== 'none',
      });
      if (subject.kind === 'live') warnAll(subject.warnings, facts);
      if (subject.kind === 'generation' && subject.receipt !== undefined) {
        const how = subject.receipt === 'missing' ? 'is missing' : 'is not as fw wrote it';
        warn(`the receipt of generation ${subject.numbered.number} ${how}: what its apply proved is not on record.`);
      }
      if (subject.kind === 'plan' && format === 'text') {
        screen.printLines(
          showSavedPlan(subject.report, facts, {
            full: flags.full,
            traffic: flags.traffic,
            verb: `fw show ${args.what}`,
          }),
        );
      } else {
        const text = printSubject(subject, format, {
          budget: flags.budget,
          base: process.cwd(),
          fwVersion: this.config.version,
          host: wireHost(),
          now: ports.clock.now().toISOString(),
          ...(format === 'html' ? { draw: await loadGraphviz() } : {}),
        });
        process.stdout.write(process.stdout.isTTY ? forTerminal(text) : text);
      }
      const changes = subject.kind === 'plan' && hasChanges(subject.report.plan);
      return flags['detailed-exitcode'] && changes ? EXIT.changes : EXIT.ok;
    });
  }
}

function formatOf(flags: { readonly json: boolean; readonly format: FormatName | undefined }): FormatName {
  if (!flags.json) return flags.format ?? 'text';
  if (flags.format === undefined || flags.format === 'json') return 'json';
  throw new FwError('usage', `give --json or --format ${flags.format}, not both`);
}

/** Restore text is shown as it is to programs; a terminal gets no control characters, whatever a file holds. */
function forTerminal(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      line
        .split('\t')
        .map((part) => cleanText(part, true))
        .join('\t'),
    )
    .join('\n');
}
