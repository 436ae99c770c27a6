import { Flags } from '@oclif/core';
import { watch } from '../../../app/recover/watch.ts';
import { EXIT } from '../../../core/diagnostics/errors.ts';
import { cleanText } from '../../../ui/text/clean-text.ts';
import { wireAnnounce, wireReady, wireWatch } from '../../../wire/wire.ts';
import { BaseCommand } from '../../run/base.ts';

/** Started by fw apply, never by hand: it outlives the apply, its session and its terminal. */
export default class Watchdog extends BaseCommand {
  static override hidden = true;
  static override summary = 'Bring an apply back when its process dies or nobody confirms it.';
  static override examples = ['<%= config.bin %> <%= command.id %> --journal 20260102T030405678Z-123'];
  static override flags = {
    journal: Flags.string({
      summary: 'Id of the apply; with - it comes as a line of standard input, and without one there is nothing to do.',
      env: 'FW_JOURNAL',
      required: true,
      helpValue: 'ID',
    }),
    terminal: Flags.string({ summary: 'Terminal to tell.', env: 'FW_TERMINAL', helpValue: 'DEVICE' }),
    patience: Flags.integer({
      summary: 'Seconds after which a run that is stopped in the middle is killed.',
      env: 'FW_PATIENCE',
      default: 60,
      min: 1,
      helpValue: 'SECONDS',
    }),
  };

  async run(): Promise<number> {
    const { flags } = await this.parse(Watchdog);
    for (const signal of ['SIGHUP', 'SIGINT', 'SIGPIPE', 'SIGTERM', 'SIGTSTP'] as const) process.on(signal, () => {});
    const tell = wireAnnounce({ dataDir: flags['data-dir'], terminal: flags.terminal });
    // One line, and nothing that a terminal would obey: an error may quote a rule or a name of others.
    const announce = (words: string) => tell(cleanText(words, false));
    const journalId = flags.journal === '-' ? await readId(process.stdin) : flags.journal;
    if (journalId === undefined) return EXIT.ok;
    const { ports, kept } = await wireWatch({
      dataDir: flags['data-dir'],
      journalId,
      patienceSeconds: flags.patience,
      announce,
    });
    await wireReady();
    // From here on nothing ends it but its work: whatever comes from outside the chain of calls is announced, and `watch` tries again.
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => void announce(`watchdog: ${error.message}`));
    // Rules that were not confirmed are not live any more. An operator who wants the disk of the data folder may end what is left of the work.
    const onBack = () => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeAllListeners(signal);
    };
    await watch(ports, kept, announce, onBack);
    return EXIT.ok;
  }
}

/** Undefined where the input ends before the end of a line: the process that would have written the journal is gone, or writes none. */
async function readId(input: AsyncIterable<unknown>): Promise<string | undefined> {
  let text = '';
  for await (const chunk of input) {
    text += String(chunk);
    if (text.includes('\n')) return text.slice(0, text.indexOf('\n'));
  }
  return undefined;
}
