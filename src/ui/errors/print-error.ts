import type { FwError } from '../../core/diagnostics/errors.ts';
import { adviceInFolder } from '../text/in-folder.ts';
import { type Page, type PageOptions, pageOf } from '../text/page.ts';
import { quantity } from '../text/quantity.ts';
import { wrapText } from '../text/wrap-text.ts';
import { printDiagnostic } from './print-diagnostic.ts';

type ErrorTextOptions = PageOptions & {
  /** Shows stacks and causes. */
  readonly debug?: boolean;
  /** What a command needs behind it to be about the data folder of the run, see `inFolder`. */
  readonly where?: string;
};

// Problems shown in full, and lines of another program's words; the rest is a number.
const MOST_DIAGNOSTICS = 20;
const LINES_SHOWN = 40;

/** Why a run ended, as lines for people: what failed and where, what the firewall is now, what to do next. */
export function printError(error: FwError, options: ErrorTextOptions): string[] {
  const page = pageOf(options);
  return [
    ...printHeading(page, error.message, error.code),
    ...printDiagnostics(page, error, options.colour),
    ...printOutput(
      page,
      error.code === 'internal.bug' && options.debug !== true ? firstLine(error.output) : error.output,
    ),
    ...(options.debug === true ? printCause(page, error) : []),
    '',
    page.paint(stateStyle(error), `Firewall: ${error.firewall}.`),
    ...wrapText(`Next: ${page.clean(adviceInFolder(error.next, options.where ?? ''))}`, page.width, '      '),
  ];
}

function printHeading(page: Page, message: string, code: string): readonly string[] {
  const [first = '', ...others] = message.split('\n').map(page.clean);
  return [
    `${page.paint('bad', 'Error:')} ${page.paint('heading', first)} ${page.paint('faint', `[${code}]`)}`,
    ...others.map((line) => `  ${line}`),
  ];
}

function printDiagnostics(page: Page, error: FwError, colour: boolean): readonly string[] {
  const shown = error.diagnostics.slice(0, MOST_DIAGNOSTICS);
  const left = error.diagnostics.length - shown.length;
  return [
    ...shown.flatMap((diagnostic) => ['', ...printDiagnostic(diagnostic, error.sources, { colour })]),
    ...(left > 0 ? ['', page.paint('heading', `And ${quantity(left, 'more problem')} like these.`)] : []),
  ];
}

function printOutput(page: Page, output: string | undefined): readonly string[] {
  const lines = (output ?? '').trimEnd().split('\n');
  if (output === undefined || lines.every((line) => line === '')) return [];
  const left = lines.length - LINES_SHOWN;
  return [
    '',
    ...lines.slice(0, LINES_SHOWN).map((line) => `  ${page.paint('faint', '|')} ${page.clean(line)}`),
    ...(left > 0 ? [`  ${page.paint('faint', `| (${quantity(left, 'more line')})`)}`] : []),
  ];
}

/** The message of a fault of fw itself; its stack is for --debug. */
function firstLine(output: string | undefined): string | undefined {
  return output?.split('\n', 1)[0];
}

function printCause(page: Page, error: unknown): readonly string[] {
  const lines: string[] = [''];
  // A cause may point back at itself; five are more than any fault needed so far.
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    if (depth > 0) lines.push('  caused by');
    lines.push(...(cause.stack ?? cause.message).split('\n').map((line) => `  ${page.clean(line)}`));
  }
  return lines;
}

function stateStyle(error: FwError): 'good' | 'heading' | 'bad' {
  if (error.firewall === 'not proven: the way back failed') return 'bad';
  return error.firewall === 'unchanged' || error.firewall === 'in part rolled back and verified' ? 'heading' : 'good';
}
