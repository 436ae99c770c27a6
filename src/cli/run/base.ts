import { stripVTControlCharacters } from 'node:util';
import { Command, Flags, type Interfaces } from '@oclif/core';
import { FwError } from '../../core/diagnostics/errors.ts';
import { jsonText } from '../../core/text/json-text.ts';
import { inFolder } from '../../ui/text/in-folder.ts';
import { type ScreenFacts, screenOf } from '../../ui/text/tty.ts';
import { wireFullPath, wireTimeout } from '../../wire/wire.ts';
import { durationFlag } from '../flags/duration.ts';
import { environmentLists, typedFlags } from '../flags/environment-lists.ts';
import { refuseEmptyVariables, refuseEmptyWords } from '../flags/refuse-empty.ts';
import { reportError } from './report-error.ts';
import { exitOf, toFwError } from './to-fw-error.ts';
import { writtenState } from './with-screen.ts';

let isOn = false;

/**
 * What every command shares: the global flags, `--chdir`, and the one place where an error becomes words and an exit number.
 * `run()` resolves to the exit number.
 */
export abstract class BaseCommand extends Command {
  static override baseFlags = {
    state: Flags.string({
      summary: 'File or folder of the desired state.',
      env: 'FW_STATE',
      default: 'state',
      helpValue: 'PATH',
      helpGroup: 'GLOBAL',
    }),
    'data-dir': Flags.string({
      summary: 'Folder for journal, generations and lock.',
      env: 'FW_DATA_DIR',
      default: '/var/lib/fw',
      helpValue: 'DIR',
      helpGroup: 'GLOBAL',
    }),
    chdir: Flags.string({
      summary: 'Folder to change to first; all other paths are seen from there.',
      env: 'FW_CHDIR',
      helpValue: 'DIR',
      helpGroup: 'GLOBAL',
    }),
    timeout: durationFlag({
      summary:
        'Longest time for one program that fw starts, and for one answer of the disk of the data folder; then it counts as failed.',
      env: 'FW_TIMEOUT',
      default: 120,
      defaultHelp: async () => '2m',
      helpValue: 'DURATION',
      helpGroup: 'GLOBAL',
    }),
    json: Flags.boolean({
      summary: 'Only JSON on stdout, one value a line.',
      env: 'FW_JSON',
      helpGroup: 'GLOBAL',
    }),
    'log-format': Flags.option({
      summary: 'Form of warnings, errors and progress on stderr; text without it.',
      env: 'FW_LOG_FORMAT',
      options: ['text', 'json'] as const,
      helpGroup: 'GLOBAL',
    })(),
    'allow-untrusted-state': Flags.boolean({
      summary: 'As root, take a state or a plan that other users may write.',
      env: 'FW_ALLOW_UNTRUSTED_STATE',
      helpGroup: 'GLOBAL',
    }),
    'no-color': Flags.boolean({
      summary: 'No colour; NO_COLOR does the same.',
      env: 'FW_NO_COLOR',
      helpGroup: 'GLOBAL',
    }),
    'no-input': Flags.boolean({
      summary: 'Ask nothing, as in a pipeline: where a question would come, exit 6 and name the flag.',
      env: 'FW_NO_INPUT',
      helpGroup: 'GLOBAL',
    }),
    debug: Flags.boolean({
      summary: 'Show the stack of an error.',
      env: 'FW_DEBUG',
      helpGroup: 'GLOBAL',
    }),
  };

  /** Flags that stand on the command line. */
  protected typed: ReadonlySet<string> = new Set();

  /** Flags whose values came from the environment as a list. */
  protected listed: ReadonlySet<string> = new Set();

  /** What a printed command needs behind it to be about the data folder of this run. */
  protected where = '';

  abstract override run(): Promise<number>;

  /** Parses the flags and enters `--chdir`. */
  protected override async parse<
    F extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    B extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    A extends Interfaces.OutputArgs<Interfaces.ArgInput>,
  >(options?: Interfaces.Input<F, B, A>, argv?: string[]): Promise<Interfaces.ParserOutput<F, B, A>> {
    const given = argv ?? this.argv;
    const flags = { ...options?.flags, ...options?.baseFlags };
    refuseEmptyVariables(given, flags, process.env);
    const { words, names } = environmentLists(given, flags, process.env);
    const end = given.indexOf('--');
    const at = end === -1 ? given.length : end;
    const parsed = await super.parse<F, B, A>(options, [...given.slice(0, at), ...words, ...given.slice(at)]);
    refuseEmptyWords(parsed.raw);
    this.listed = names;
    this.typed = new Set([...typedFlags(parsed.raw)].filter((name) => !names.has(name)));
    const { chdir, timeout } = parsed.flags as { readonly chdir?: unknown; readonly timeout?: unknown };
    if ((parsed.flags as { readonly 'log-format'?: unknown })['log-format'] === 'json') logAsJson(process.stderr);
    if (typeof chdir === 'string') enterFolder(chdir);
    if (typeof timeout === 'number') wireTimeout(timeout);
    this.where = inFolder(wireFullPath(parsed.flags['data-dir'] as string));
    return parsed;
  }

  /** How this run may draw; asked once, when a command starts. */
  protected screen(flags: { readonly 'no-color': boolean; readonly 'no-input': boolean }): ScreenFacts {
    const { 'no-color': noColor, 'no-input': noInput } = flags;
    return screenOf(process.env, process.stdout, process.stdin, { noColor, noInput });
  }

  /** Every error of every command ends here: words on stderr, or JSON on stdout, then the exit number. */
  protected override async catch(thrown: Error): Promise<void> {
    if (exitOf(thrown) !== undefined) throw thrown;
    const error = toFwError(thrown, this.id, writtenState());
    reportError(error, this.argv, this.where);
    this.exit(error.exit);
  }
}

function enterFolder(folder: string): void {
  try {
    process.chdir(folder);
  } catch (cause) {
    throw new FwError('usage', `cannot enter the folder "${folder}" of --chdir`, {
      output: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

/**
 * From now on what is written to stderr are JSON objects, one a line: a warning, an error or a sign of life each, with the keys of the stream.
 * It stands at the end of every path to stderr, so that nothing can come out in another form.
 */
function logAsJson(stderr: NodeJS.WriteStream): void {
  if (isOn) return;
  isOn = true;
  const write = stderr.write.bind(stderr);
  const writeRecord = (chunk: string | Uint8Array, ...rest: []) => {
    const text = stripVTControlCharacters(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()).trim();
    // An empty write only asks whether everything before it is written.
    return write(text === '' ? '' : `${jsonText(recordOf(text))}\n`, ...rest);
  };
  stderr.write = writeRecord as typeof stderr.write;
}

function recordOf(text: string): object {
  const level = /^error\b/i.test(text) ? 'error' : /^warning\b/i.test(text) ? 'warn' : 'info';
  return {
    '@level': level,
    '@message': text,
    '@module': 'fw',
    '@timestamp': new Date().toISOString(),
    type: 'log',
  };
}
