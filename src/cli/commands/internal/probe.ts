import { Flags } from '@oclif/core';
import { EXIT, FwError } from '../../../core/diagnostics/errors.ts';
import { jsonText } from '../../../core/text/json-text.ts';
import { wireProbe } from '../../../wire/wire.ts';
import { BaseCommand } from '../../run/base.ts';

/** Started by fw apply in the namespace that a check is tried from; it needs nothing that fw keeps. */
export default class Probe extends BaseCommand {
  static override hidden = true;
  static override summary = 'Try one connection from where it is started, and print how it ended.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --tcp 192.0.2.1 --port 22',
    '<%= config.bin %> <%= command.id %> --http http://192.0.2.1/health --status 204',
  ];
  static override flags = {
    tcp: Flags.string({ summary: 'Address or name to connect to.', exclusive: ['http'], helpValue: 'HOST' }),
    port: Flags.integer({ summary: 'Its port.', min: 1, max: 65_535, dependsOn: ['tcp'] }),
    http: Flags.string({ summary: 'URL to ask for.', helpValue: 'URL' }),
    status: Flags.integer({ summary: 'Status to expect.', min: 200, max: 599, dependsOn: ['http'] }),
    timeout: Flags.integer({ summary: 'Milliseconds to wait for an answer.', min: 1, max: 60_000, default: 5_000 }),
  };

  async run(): Promise<number> {
    const { flags } = await this.parse(Probe);
    const { passed, words } = await wireProbe(probeOf(flags), flags.timeout);
    process.stdout.write(`${jsonText({ passed, words })}\n`);
    return passed ? EXIT.ok : EXIT.error;
  }
}

function probeOf({
  tcp,
  port,
  http,
  status,
}: Readonly<Record<'tcp' | 'http', string | undefined>> & Readonly<Record<'port' | 'status', number | undefined>>) {
  if (tcp !== undefined && port !== undefined) return { kind: 'tcp' as const, host: tcp, port };
  if (http !== undefined) return { kind: 'http' as const, url: http, ...(status === undefined ? {} : { status }) };
  throw new FwError('usage', 'one of --tcp (with --port) and --http is needed');
}
