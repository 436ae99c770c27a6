import { Args } from '@oclif/core';
import { makePlan } from '../../app/plan/make-plan.ts';
import { traceTraffic } from '../../app/query/trace-traffic.ts';
import { EXIT } from '../../core/diagnostics/errors.ts';
import { jsonText } from '../../core/text/json-text.ts';
import { printTrace } from '../../ui/answers/print-trace.ts';
import { wire } from '../../wire/wire.ts';
import { planOptions } from '../flags/plan-flags.ts';
import { refuseForLive, traceFlags, wordsOf } from '../flags/trace-flags.ts';
import { warnUnfinished } from '../output/warn.ts';
import { BaseCommand } from '../run/base.ts';
import { withScreen } from '../run/with-screen.ts';

/** Of the flags of a plan a trace has none but those that say which state is meant. */
const PLAIN = { 'allow-empty': false, context: 0, namespace: undefined };

const end = (description: string) => Args.string({ description, required: true, ignoreStdin: true });

export default class Trace extends BaseCommand {
  static override summary = 'Show the way of one packet through tables and chains, and its final verdict.';
  static override description =
    'Follows the packet by the live rules, also of a machine where fw has never applied anything, or with --desired by what the state would make of ' +
    'them. Where the rules alone do not tell, as with a limit, both answers are followed. Live rules by the hundred are taken as iptables-save shows them where no plan or apply has proven that ' +
    'it shows all of them, and a note says so. Nothing is changed, and nothing is sent but with --kernel, in a namespace of its own.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> tcp 198.51.100.7:40000 192.0.2.1:22 --in eth0',
    '<%= config.bin %> <%= command.id %> udp [2001:db8::7]:5000 [2001:db8::1]:53 --in eth0 --desired',
    '<%= config.bin %> <%= command.id %> icmp 192.0.2.1 198.51.100.7 --icmp echo-request --json',
  ];
  static override args = {
    protocol: end('tcp, udp, icmp, or the name or number of another protocol.'),
    source: end('Address, with a port where the protocol has ports: 198.51.100.7:40000, [2001:db8::7]:40000.'),
    destination: end('Address and port of the other end.'),
  };
  static override flags = traceFlags;

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Trace);
    refuseForLive(flags.desired, this.typed);
    return withScreen(flags, async ({ screen }) => {
      const ports = wire({
        dataDir: flags['data-dir'],
        report: screen.report,
        allowUntrusted: flags['allow-untrusted-state'],
      });
      await warnUnfinished(ports, this.where, { live: true });
      const document = await traceTraffic(ports, {
        words: wordsOf(args, flags),
        namespace: flags.namespace,
        backend: flags.backend,
        kernel: flags.kernel,
        ...(flags.desired
          ? { desired: () => makePlan(ports, { ...planOptions({ ...flags, ...PLAIN }), lints: false }) }
          : {}),
      });
      if (flags.json) process.stdout.write(`${jsonText(document)}\n`);
      else screen.printLines(printTrace(document));
      return document.kernel?.agrees === false ? EXIT.error : EXIT.ok;
    });
  }
}
