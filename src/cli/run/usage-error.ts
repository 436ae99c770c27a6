import { stripVTControlCharacters } from 'node:util';
import { FwError } from '../../core/diagnostics/errors.ts';
import { nearest } from '../../core/diagnostics/nearest.ts';
import { TOPICS } from '../output/help-topics.ts';

/** What fw says of a command line that oclif refuses. */
type Words = { readonly message: string; readonly next?: string };

/** An error of oclif's parser, as far as it is read here. */
type Parsed = {
  readonly args?: readonly { readonly name: string; readonly description?: string }[];
  readonly parse?: { readonly input?: { readonly flags?: Readonly<Record<string, { readonly hidden?: boolean }>> } };
};

/** What fw has in the place of a flag that Terraform has. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ['refresh-only', 'fw drift compares the live rules with the last apply.'],
  ['destroy', 'fw apply --destroy NAMESPACE shows that plan and asks; fw state forget NAME takes a whole state out.'],
  ['no-refresh', 'A plan is always made from live rules; fw plan --live FILE makes it from a snapshot.'],
  ['no-lock', 'An apply always takes the lock; --lock-timeout waits for it.'],
  ['replace', 'A rule that has to be loaded anew is taken out of the state and put back.'],
  ['format', 'Save the plan and print it in any format: fw plan --out FILE, then fw show FILE --format html.'],
  ['target-file', 'Give --target more than once, or FW_TARGET with one on each line.'],
  ['exclude-file', 'Give --exclude more than once, or FW_EXCLUDE with one on each line.'],
]);

/** Commands by other names that people try. */
const MEANT: ReadonlyMap<string, string> = new Map([
  ['undo', 'rollback'],
  ['revert', 'rollback'],
  ['check', 'validate'],
  ['list', 'show live'],
  ['ls', 'show live'],
]);

/** oclif's complaint as a usage error in words of fw. `command` is the one that was given, `commands` are the ids of all. */
export function usageError(error: unknown, command: string | undefined, commands: readonly string[]): FwError {
  const plain = plainWords(error);
  const { message, next } = ofCommand(plain, commands) ??
    ofFlag(plain, error) ??
    ofArguments(error) ??
    ofValue(plain) ?? { message: plain };
  const help = command === undefined ? 'fw --help' : `fw ${command.replaceAll(':', ' ')} --help`;
  return new FwError('usage', message, { next: next ?? `see ${help}`, cause: error });
}

function ofCommand(plain: string, commands: readonly string[]): Words | undefined {
  const [, id] = /^command (.+) not found\.?$/i.exec(plain) ?? [];
  if (id === undefined) return undefined;
  if (id.startsWith('-')) {
    return {
      message: `${id} stands where the command should`,
      next: 'Write the command first, then its flags; see fw --help.',
    };
  }
  const [first = ''] = id.split(':');
  // oclif takes a word behind a command that has no arguments for a part of its name.
  if (first !== id && commands.includes(first)) {
    return {
      message: `fw ${first} takes no argument`,
      next: 'A file or folder of the state is named with --state PATH.',
    };
  }
  const topic = nearest(id, TOPICS.keys());
  const meant = MEANT.get(id) ?? nearest(id, commands) ?? (topic === undefined ? undefined : `help ${topic}`);
  const message = `there is no command ${id.replaceAll(':', ' ')}`;
  return meant === undefined ? { message } : { message, next: `Did you mean fw ${meant.replaceAll(':', ' ')}?` };
}

function ofFlag(plain: string, error: unknown): Words | undefined {
  const [, all] = /^Nonexistent flags?: (.+)$/.exec(plain) ?? [];
  if (all === undefined) return undefined;
  const message = `there is no flag ${all}`;
  const [, name = ''] = /^--?([A-Za-z0-9-]+)/.exec(all) ?? [];
  const flags = Object.entries((error as Parsed).parse?.input?.flags ?? {});
  const known = flags.filter(([, { hidden }]) => hidden !== true).map(([flag]) => flag);
  const near = nearest(name, known) ?? byBeginning(name, known);
  const next = ADVICE.get(name) ?? (name.length > 1 && near !== undefined ? `Did you mean --${near}?` : undefined);
  return next === undefined ? { message } : { message, next };
}

/** The only flag that begins with, or nearly with, what was typed: long ones are not typed to their end. */
function byBeginning(name: string, known: readonly string[]): string | undefined {
  if (name.length < 4) return undefined;
  const found = known.filter((flag) => {
    const beginning = flag.slice(0, name.length);
    return flag.length > name.length && (beginning === name || nearest(name, [beginning]) !== undefined);
  });
  return found.length === 1 ? found[0] : undefined;
}

function ofArguments(error: unknown): Words | undefined {
  if (!/^Missing \d+ required arg/.test(String((error as Error).message))) return undefined;
  const missing = (error as Parsed).args ?? [];
  const words = missing.map(({ name, description = '' }) => `${name.toUpperCase()} is missing. ${description}`.trim());
  return { message: words.join(' ').replace(/\.$/, '') };
}

/** Values that oclif's parser refuses, in words of fw. */
function ofValue(plain: string): Words | undefined {
  const [, flag, least, received] =
    /^(--\S+): Expected an integer(?: (?:greater|less) than or equal to (-?\d+))? but received: (.*)$/.exec(plain) ??
    [];
  if (flag !== undefined) {
    const bound = least === undefined ? '' : plain.includes('greater') ? `, ${least} or more` : `, at most ${least}`;
    return { message: `${flag}: "${received}" is not a whole number${bound}` };
  }
  const [, name, value, options] = /^Expected (--[^=]+)=(.*) to be one of: (.+)$/.exec(plain) ?? [];
  if (name !== undefined && options !== undefined) {
    const near = nearest(value ?? '', options.split(', '));
    return {
      message: `${name} takes ${orList(options.split(', '))}, and not "${value}"`,
      ...(near === undefined ? {} : { next: `Did you mean ${name} ${near}?` }),
    };
  }
  const [, empty] = /^Flag (--\S+) expects a value$/.exec(plain) ?? [];
  if (empty !== undefined) return { message: `${empty} needs a value behind it` };
  const [, many] = /^Unexpected arguments?: (.+)$/.exec(plain) ?? [];
  if (many !== undefined) return { message: `there is one argument too many: ${many}` };
  const [, one, other] = /(--[^\s=]+)=?.* cannot also be provided when using (--[^\s=]+)/.exec(plain) ?? [];
  if (one !== undefined) return { message: `${one} and ${other} cannot be given together` };
  return undefined;
}

/** `a, b or c`. */
function orList(options: readonly string[]): string {
  const [last = '', ...others] = options.toReversed();
  return others.length === 0 ? last : `${others.toReversed().join(', ')} or ${last}`;
}

/** oclif's words on one line, without its own advice and without the colour it puts into lists. */
function plainWords(error: unknown): string {
  const words = stripVTControlCharacters(error instanceof Error ? error.message : String(error));
  return words
    .replace(/\s*See more help with --help\s*$/, '')
    .replace(/\s+/g, ' ')
    .replace(/^Parsing (--\S+) /, '$1: ')
    .trim();
}
