import { Args } from '@oclif/core';
import { makePlan } from '../../../app/plan/make-plan.ts';
import { liveGraph, planGraph } from '../../../app/query/read-graph.ts';
import { EXIT } from '../../../core/diagnostics/errors.ts';
import { GRAPH_FORMATS } from '../../../ui/graph/formats.ts';
import { wire } from '../../../wire/wire.ts';
import { graphFlags, graphOptions, withinScope } from '../../flags/graph-flags.ts';
import { planOptions } from '../../flags/plan-flags.ts';
import { printGraphAs } from '../../output/print-graph-as.ts';
import { warnUnfinished } from '../../output/warn.ts';
import { BaseCommand } from '../../run/base.ts';
import { withScreen } from '../../run/with-screen.ts';

export default class Graph extends BaseCommand {
  static override summary = 'Draw the chains of a namespace and the jumps between them, with what they counted.';
  static override description =
    'Each chain has its rules by target, its policy and its owner; a chain to which no jump leads is marked. --desired draws what the state would make of the live rules, --plan both: what comes has a plus and is green, ' +
    `what goes has a minus and is red, a chain that changes has a tilde. Formats: ${GRAPH_FORMATS.join(', ')}. Nothing is changed.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> edge --table filter --format mermaid',
    {
      description: 'A picture of what a plan does',
      command: '<%= config.bin %> <%= command.id %> edge --plan --format svg > edge.svg',
    },
  ];
  static override args = {
    namespace: Args.string({ description: 'The namespace; host without it.', default: 'host', ignoreStdin: true }),
  };
  static override flags = graphFlags;

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Graph);
    return withScreen({ ...flags, json: flags.json || flags.format !== 'text' }, async ({ screen, facts }) => {
      const ports = wire({
        dataDir: flags['data-dir'],
        report: screen.report,
        allowUntrusted: flags['allow-untrusted-state'],
      });
      await warnUnfinished(ports, this.where, { live: true });
      const rules = flags.plan ? 'plan' : flags.desired ? 'desired' : 'live';
      const graph =
        rules === 'live'
          ? await liveGraph(ports, args.namespace, flags.backend)
          : await planGraph(
              ports,
              await makePlan(ports, { ...planOptions(graphOptions(flags)), lints: false }),
              args.namespace,
              rules,
            );
      const document = { format_version: '1.0', kind: 'graph', namespace: args.namespace, rules } as const;
      const drawn = { ...document, ...withinScope(graph, flags) };
      await printGraphAs(drawn, flags.json ? 'json' : flags.format, { screen, facts });
      return EXIT.ok;
    });
  }
}
