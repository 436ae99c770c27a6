import type { Command } from '@oclif/core';
import { BaseCommand } from '../../src/cli/run/base.ts';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { EXIT } from '../../src/core/diagnostics/errors.ts';
import { documentKeys } from '../keys-page.ts';

type Flag = {
  readonly type: 'boolean' | 'option';
  readonly summary?: string;
  readonly description?: string;
  readonly env?: string;
  readonly char?: string;
  readonly helpValue?: string | string[];
  readonly options?: readonly string[];
  readonly hidden?: boolean;
};

type About = { readonly version: string; readonly date: string };

/** The pages of man, by the names of their files: one for fw, one for each command, one for state files. Made of what `--help` and docs/keys.md are made of. */
export function printManPages(about: About): ReadonlyMap<string, string> {
  const commands = Object.entries(COMMANDS)
    .filter(([, command]) => command.hidden !== true)
    .map(([id, command]) => [id.replaceAll(':', ' '), command] as const);
  return new Map([
    ['fw.1', printMain(commands, about)],
    ...commands.map(([id, command]) => [`fw-${id.replaceAll(' ', '-')}.1`, printCommand(id, command, about)] as const),
    ['fw-state.5', printState(about)],
  ]);
}

function printMain(commands: readonly (readonly [string, Command.Class])[], about: About): string {
  return page('fw', 1, 'plan and apply for iptables', about, [
    ...section('SYNOPSIS', ['.B fw', '.I COMMAND', '[\\fIFLAGS\\fR]']),
    ...section('DESCRIPTION', [
      text('The firewall of a host and of its network namespaces is described in files. fw shows exactly what would change, applies it, and goes back when anything fails.'),
    ]),
    ...section('COMMANDS', commands.flatMap(([id, { summary }]) => term(`\\fBfw ${escape(id)}\\fR`, summary ?? ''))),
    ...section('FLAGS OF EVERY COMMAND', flags(BaseCommand.baseFlags as Readonly<Record<string, Flag>>)),
    ...section('EXIT STATUS', [
      ...Object.entries(EXIT).flatMap(([name, exit]) => term(String(exit), name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`))),
      '.PP',
      text('With --detailed-exitcode a plan that has changes ends with 2.'),
    ]),
    ...section('FILES', [
      ...term('/var/lib/fw', 'The data folder: journals, generations, receipts. Another one is named with --data-dir.'),
      ...term('/etc/fw', 'A place for state files that only root reads.'),
    ]),
    ...section('SEE ALSO', [seeAlso(commands.map(([id]) => id))]),
  ]);
}

function printCommand(id: string, command: Command.Class, about: About): string {
  const args = Object.entries(command.args ?? {});
  const examples = (command.examples ?? []).map((each) => (typeof each === 'string' ? { command: each, description: '' } : each));
  const names = args.map(([name, { required }]) => (required === true ? `\\fI${name.toUpperCase()}\\fR` : `[\\fI${name.toUpperCase()}\\fR]`));
  return page(`fw-${id.replaceAll(' ', '-')}`, 1, (command.summary ?? '').replace(/\.$/, ''), about, [
    ...section('SYNOPSIS', [`.B fw ${escape(id)}`, ...names, '[\\fIFLAGS\\fR]']),
    ...section('DESCRIPTION', [text(command.summary ?? ''), ...(command.description === undefined ? [] : ['.PP', text(command.description)])]),
    ...section('ARGUMENTS', args.flatMap(([name, { description }]) => term(`\\fI${name.toUpperCase()}\\fR`, description ?? ''))),
    ...section('FLAGS', flags((command.flags ?? {}) as Readonly<Record<string, Flag>>)),
    ...section(
      'EXAMPLES',
      examples.flatMap(({ command: line, description }) => [
        '.TP',
        `.B ${escape(line.replaceAll('<%= config.bin %>', 'fw').replaceAll('<%= command.id %>', id))}`,
        text(description ?? ''),
      ]),
    ),
    ...section('SEE ALSO', ['.BR fw (1),', '.BR fw-state (5)']),
  ]);
}

function printState(about: About): string {
  return page('fw-state', 5, 'state files of fw', about, [
    ...section('DESCRIPTION', [
      text('A state is a YAML file, or a folder of them. Each document describes the firewall of one network namespace. Rules are written as for iptables, without -A and the chain. `fw validate` checks a state, `fw init` makes one to begin with.'),
      '.PP',
      text('Keys that stand below others have those in front. NAME is a name that you choose, [] one item of a list.'),
    ]),
    ...section(
      'KEYS',
      documentKeys().flatMap(({ key, takes, meaning }) => term(`\\fB${escape(key.replace(/[`*]/g, ''))}\\fR`, `${meaning} (${takes.replaceAll('`', '')})`)),
    ),
    ...section('EXAMPLE', ['.nf', ...EXAMPLE.map(escape), '.fi']),
    ...section('SEE ALSO', ['.BR fw (1),', '.BR fw-validate (1),', '.BR fw-init (1)']),
  ]);
}

const EXAMPLE = [
  'namespace: host',
  'tables:',
  '  filter:',
  '    INPUT:',
  '      - -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  '      - -p tcp --dport ssh -s 198.51.100.0/24 -j ACCEPT',
];

function page(name: string, part: number, summary: string, { version, date }: About, body: readonly string[]): string {
  return [
    `.TH "${name.toUpperCase()}" "${part}" "${date}" "fw ${version}" "fw"`,
    ...['.nh', '.ad l', '.SH NAME', `${escape(name)} \\- ${escape(summary)}`],
    ...[...body, ''],
  ].join('\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`.SH ${title}`, ...lines];
}

function flags(all: Readonly<Record<string, Flag>>): readonly string[] {
  return Object.entries(all)
    .filter(([, { hidden }]) => hidden !== true)
    .flatMap(([name, flag]) => {
      const value = flag.options?.join('|') ?? [flag.helpValue ?? 'VALUE'].flat().join(' ');
      const long = `\\fB${escape(`--${name}`)}\\fR${flag.type === 'boolean' ? '' : ` \\fI${escape(value)}\\fR`}`;
      const short = flag.char === undefined ? '' : `\\fB${escape(`-${flag.char}`)}\\fR, `;
      const words = [flag.summary, flag.description, flag.env === undefined ? undefined : `Variable: ${flag.env}.`];
      return term(`${short}${long}`, words.filter((each) => each !== undefined && each !== '').join(' '));
    });
}

function term(name: string, meaning: string): readonly string[] {
  return ['.TP', name, text(meaning)];
}

function seeAlso(ids: readonly string[]): string {
  return [...ids.map((id) => `.BR fw-${id.replaceAll(' ', '-')} (1),`), '.BR fw-state (5),', '.BR iptables (8)'].join('\n');
}

function text(words: string): string {
  return words.split('\n').map(escape).join('\n');
}

/** A backslash, a hyphen (which would become a soft one) and a dot or quote at the begin of a line mean something to roff. */
function escape(words: string): string {
  return words.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^([.'])/, '\\&$1');
}
