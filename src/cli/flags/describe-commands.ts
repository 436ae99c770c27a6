import type { Command } from '@oclif/core';
import { mergeTopics } from '../../core/completion/merge-topics.ts';
import { offerOfArgument, offerOfFlag } from '../../core/completion/offer-of.ts';
import type { CommandEntry, FlagEntry } from '../../core/completion/types.ts';

/** The commands that oclif knows, as completion needs them: without those that are hidden, sorted. */
export function describeCommands(commands: readonly Command.Loadable[]): readonly CommandEntry[] {
  return mergeTopics(describeAll(commands)).sort((a, b) => (a.id < b.id ? -1 : 1));
}

function describeAll(commands: readonly Command.Loadable[]): readonly CommandEntry[] {
  return commands
    .filter(({ hidden }) => !hidden)
    .map(({ id, summary, flags, args }) => ({
      id,
      summary: summary ?? '',
      flags: Object.values(flags)
        .filter(({ hidden }) => hidden !== true)
        .map(describeFlag),
      args: Object.values(args).map(({ name, options }) => offerOfArgument(name, options ?? [])),
    }));
}

function describeFlag(flag: Command.Flag.Cached): FlagEntry {
  const { name, char, summary = '' } = flag;
  if (flag.type === 'boolean') return { name, char, summary, value: undefined };
  const valueName = typeof flag.helpValue === 'string' ? flag.helpValue : undefined;
  return { name, char, summary, value: offerOfFlag(name, flag.options ?? [], valueName) };
}
