import { Args } from '@oclif/core';
import { blameChain } from '../../../app/query/blame-chain.ts';
import { blameDocument } from '../../../core/counters/counter-document.ts';
import { EXIT, FwError } from '../../../core/diagnostics/errors.ts';
import { parseAddress } from '../../../core/selection/parse-address.ts';
import { jsonText } from '../../../core/text/json-text.ts';
import { printBlame } from '../../../ui/answers/print-blame.ts';
import { wire } from '../../../wire/wire.ts';
import { tableWidth } from '../../output/table-width.ts';
import { warnUnfinished } from '../../output/warn.ts';
import { BaseCommand } from '../../run/base.ts';
import { withScreen } from '../../run/with-screen.ts';

export default class Blame extends BaseCommand {
  static override summary = 'Show for each live rule of a chain which apply, commit and line of the state brought it.';
  static override description =
    'The chain is shown as the kernel has it: rules of other programs, the jumps to chains of states, and the policy, each with what it counted. Behind it come the chains that states ' +
    'call so: for INPUT, fw-INPUT.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> host/ipv4/filter/INPUT',
    '<%= config.bin %> <%= command.id %> edge/ipv6/filter/web --json',
  ];
  static override args = {
    chain: Args.string({
      description: 'NAMESPACE/FAMILY/TABLE/CHAIN; the chain by its name in the kernel, or as the state declares it.',
      required: true,
      ignoreStdin: true,
    }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Blame);
    const [, address = '', chain = ''] = /^(.*)\/([^/]+)$/.exec(args.chain) ?? [];
    const parsed = parseAddress(address);
    if ('problem' in parsed || parsed.family === undefined || parsed.table === undefined) {
      throw new FwError('usage', `"${args.chain}" is not NAMESPACE/FAMILY/TABLE/CHAIN`);
    }
    const { namespace, family, table } = parsed;
    return withScreen(flags, async ({ screen, facts }) => {
      const ports = wire({ dataDir: flags['data-dir'], report: screen.report });
      await warnUnfinished(ports, this.where, { live: true });
      const chains = await blameChain(ports, { namespace, family, table, chain });
      if (flags.json) {
        for (const row of chains.flatMap(({ rows }) => rows)) process.stdout.write(`${jsonText(blameDocument(row))}\n`);
      } else screen.printLines(printBlame(chains, chain, tableWidth(facts)));
      return EXIT.ok;
    });
  }
}
