import type { CommandEntry, FlagEntry, Offer } from './types.ts';

/**
 * Commands of two words (`state:list`) as one entry by their first word: the second word is its first argument, and each place after it offers
 * what any of them takes there.
 */
export function mergeTopics(commands: readonly CommandEntry[]): CommandEntry[] {
  const topics = new Map<string, CommandEntry[]>();
  const entries: CommandEntry[] = [];
  for (const command of commands) {
    const [topic = '', second] = command.id.split(':');
    if (second === undefined) entries.push(command);
    else topics.set(topic, [...(topics.get(topic) ?? []), { ...command, id: second }]);
  }
  return [...entries, ...[...topics].map(([id, of]) => mergeTopic(id, of))];
}

function mergeTopic(id: string, commands: readonly CommandEntry[]): CommandEntry {
  const words = commands.map((command) => command.id).sort();
  const flags = new Map<string, FlagEntry>(
    commands.flatMap((command) => command.flags.map((flag) => [flag.name, flag])),
  );
  const places = Math.max(...commands.map(({ args }) => args.length));
  return {
    id,
    summary: `${words.join(', ')}: the states of the data folder.`,
    flags: [...flags.values()],
    args: [{ words, sources: [] }, ...Array.from({ length: places }, (_, place) => mergeOffers(commands, place))],
  };
}

function mergeOffers(commands: readonly CommandEntry[], place: number): Offer {
  const offers = commands.flatMap(({ args }) => args[place] ?? []);
  return {
    words: [...new Set(offers.flatMap((offer) => offer.words))],
    sources: [...new Set(offers.flatMap((offer) => offer.sources))],
  };
}
