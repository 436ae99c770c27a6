import type { FwError } from '../../core/diagnostics/errors.ts';
import { errorEvents } from '../../core/report/stream/result-event.ts';
import { printError } from '../../ui/errors/print-error.ts';
import { printEvent } from '../../ui/formats/print-event.ts';
import { adviceInFolder } from '../../ui/text/in-folder.ts';
import { screenOf } from '../../ui/text/tty.ts';

/**
 * The one place where an error is shown: words on stderr, or with `--json` the last lines of the stream on stdout. `argv` is what the command was given,
 * since the error may be that its flags cannot be parsed. `where` is what a printed command needs behind it, see `inFolder`.
 */
export function reportError(error: FwError, argv: readonly string[], where = ''): void {
  if (isAsked(argv, 'json')) {
    const at = new Date().toISOString();
    process.stdout.write(
      errorEvents(error, adviceInFolder(error.next, where))
        .map((event) => printEvent(event, at))
        .join(''),
    );
    return;
  }
  const facts = screenOf(process.env, process.stderr, process.stdin, { noColor: isAsked(argv, 'no-color') });
  process.stderr.write(`${printError(error, { ...facts, debug: isAsked(argv, 'debug'), where }).join('\n')}\n`);
}

function isAsked(argv: readonly string[], flag: 'json' | 'no-color' | 'debug'): boolean {
  const end = argv.indexOf('--');
  const words = end === -1 ? argv : argv.slice(0, end);
  const variable = `FW_${flag.toUpperCase().replace('-', '_')}`;
  return words.includes(`--${flag}`) || /^(1|true|y|yes)$/i.test(process.env[variable] ?? '');
}
