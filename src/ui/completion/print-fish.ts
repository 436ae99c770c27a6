import type { CommandEntry, Offer } from '../../core/completion/types.ts';

/** Completion for fish 3. */
export function printFish(commands: readonly CommandEntry[]): readonly string[] {
  return [
    '# Completion of fw for fish, made by `fw completion fish`.',
    '',
    FUNCTIONS,
    'complete -c fw -e',
    'complete -c fw -f',
    "complete -c fw -n __fw_is_bare -l version -d 'Show the version.'",
    "complete -c fw -l help -d 'Show help.'",
    ...commands.map(({ id, summary }) => `complete -c fw -n __fw_is_bare -a ${quote(id)} -d ${quote(summary)}`),
    ...commands.flatMap(({ id, flags, args }) => {
      const where = `complete -c fw -n ${quote(`__fw_command_is ${id}`)}`;
      return [
        ...flags.map(({ name, char, summary, value }) => {
          const short = char === undefined ? '' : ` -s ${char}`;
          return `${where} -l ${name}${short}${value === undefined ? '' : ` -r${offer(value)}`} -d ${quote(summary)}`;
        }),
        // fish offers them in every place: only diff takes two arguments, and both of one kind.
        ...[...new Set(args.map(offer))].map((offered) => `${where}${offered}`),
      ];
    }),
  ];
}

const FUNCTIONS = `# The command that is typed: the first word that is no flag.
function __fw_command
    set -l words (commandline -opc)
    for word in $words[2..-1]
        if not string match -q -- '-*' $word
            echo $word
            return 0
        end
    end
    return 1
end

function __fw_is_bare
    not __fw_command >/dev/null
end

function __fw_command_is
    set -l command (__fw_command)
    test "$command" = "$argv[1]"
end
`;

function offer({ words, sources }: Offer): string {
  const asked = sources.map((source) =>
    source === 'folders'
      ? '(__fish_complete_directories)'
      : source === 'files'
        ? ''
        : `(fw completion --values ${source} 2>/dev/null)`,
  );
  const list = [...words, ...asked].filter((word) => word !== '').join(' ');
  return `${sources.includes('files') ? ' -F' : ' -f'}${list === '' ? '' : ` -a ${quote(list)}`}`;
}

/** In single quotes fish knows two escapes. */
function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
