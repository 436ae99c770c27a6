import type { Command } from '@oclif/core';
import { BaseCommand } from '../src/cli/run/base.ts';
import { COMMANDS } from '../src/cli/commands/index.ts';

type Flag = {
  readonly type: 'boolean' | 'option';
  readonly summary?: string;
  readonly description?: string;
  readonly env?: string;
  readonly default?: unknown;
  readonly char?: string;
  readonly helpValue?: string | string[];
  readonly options?: readonly string[];
  readonly hidden?: boolean;
};

/** docs/commands.md, made from the command classes. `npm run docs` writes it. */
export function printCommandsPage(): string {
  const shown = Object.entries(COMMANDS)
    .filter(([, command]) => command.hidden !== true)
    .map(([id, command]) => [id.replaceAll(':', ' '), command] as const);
  return [
    '# Commands',
    '',
    'Made by `npm run docs` from `src/cli/commands`; do not edit. `fw COMMAND --help` tells the same.',
    'Exit numbers are in [errors.md](errors.md). Every flag can also be given by the environment variable in the last column.',
    'An empty value on the command line is refused, and so is an empty variable that would narrow a run; every other empty variable counts as not set ([decision 72](decisions/0072-what-is-empty-narrows-nothing.md)).',
    'The single-dash spellings of Terraform work as well: `-out=FILE`, `-auto-approve`, `-var`, `-target`, `-json`, `-detailed-exitcode`, `-no-color`,',
    '`-input=false`, `-lock-timeout=30s`, `-chdir=DIR` before the command. `-parallelism`, `-compact-warnings`, and `-lock` and `-lock-timeout` of a plan mean nothing here and are',
    'left out. `-refresh-only`, `-destroy`, `-lock=false` of an apply and `-refresh=false` are refused with what fw has in their place.',
    '',
    '| command | what it does |',
    '| --- | --- |',
    ...shown.map(([id, { summary }]) => `| [\`fw ${id}\`](#fw-${id.replaceAll(' ', '-')}) | ${summary} |`),
    '',
    '## Flags of every command',
    '',
    ...printFlags(BaseCommand.baseFlags as Readonly<Record<string, Flag>>),
    ...shown.flatMap(([id, command]) => printCommand(id, command)),
  ].join('\n');
}

function printCommand(id: string, command: Command.Class): readonly string[] {
  const args = Object.entries(command.args ?? {}).map(([name, arg]) => `- \`${name.toUpperCase()}\`: ${arg.description}`);
  const examples = (command.examples ?? []).map((example) => {
    const { command: line, description } = typeof example === 'string' ? { command: example, description: undefined } : example;
    const text = line.replaceAll('<%= config.bin %>', 'fw').replaceAll('<%= command.id %>', id);
    return description === undefined ? `    ${text}` : `    ${text}    # ${description}`;
  });
  return [
    `## fw ${id}`,
    '',
    `${command.summary}`,
    '',
    ...(command.description === undefined ? [] : [command.description, '']),
    ...(args.length === 0 ? [] : [...args, '']),
    ...printFlags((command.flags ?? {}) as Readonly<Record<string, Flag>>),
    ...(examples.length === 0 ? [] : [...examples, '']),
  ];
}

function printFlags(flags: Readonly<Record<string, Flag>>): readonly string[] {
  const rows = Object.entries(flags).filter(([, flag]) => flag.hidden !== true);
  if (rows.length === 0) return [];
  return ['| flag | what it does | environment |', '| --- | --- | --- |', ...rows.map(printFlag), ''];
}

function printFlag([name, flag]: readonly [string, Flag]): string {
  const value = flag.options?.join('|') ?? flag.helpValue ?? 'VALUE';
  const long = flag.type === 'boolean' ? `--${name}` : `--${name} ${value}`;
  const short = flag.char === undefined ? '' : `-${flag.char}, `;
  const preset = flag.default === undefined || flag.default === false ? '' : ` Default: \`${printDefault(flag)}\`.`;
  const words = [flag.summary ?? '', flag.description ?? ''].filter((text) => text !== '').join(' ');
  return `| \`${`${short}${long}`.replaceAll('|', '\\|')}\` | ${words}${preset} | \`${flag.env ?? ''}\` |`;
}

/** As one would write it: lengths of time are seconds inside and are not taken as a bare number. */
function printDefault({ default: preset, helpValue }: Flag): string {
  if (helpValue !== 'DURATION' || typeof preset !== 'number') return String(preset);
  return preset % 60 === 0 ? `${preset / 60}m` : `${preset}s`;
}
