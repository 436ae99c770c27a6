import type { CommandEntry } from '../../core/completion/types.ts';
import { printTables, shellQuote } from './print-tables.ts';

/** Completion for bash 4.4 and newer. What fw prints while the user types is compared and put in, never read as shell. */
export function printBash(commands: readonly CommandEntry[]): readonly string[] {
  return [
    '# Completion of fw for bash, made by `fw completion bash`.',
    '',
    ...printTables(commands),
    '',
    '_fw_flags() {',
    '  case "$1" in',
    ...commands.map(({ id, flags }) => {
      const names = flags.map(({ name }) => `--${name}`);
      return `    ${shellQuote(id)}) offered=(${names.join(' ')} --help) ;;`;
    }),
    `    '') offered=(--help --version) ;;`,
    '  esac',
    '}',
    '',
    '_fw_commands() {',
    `  offered=(${commands.map(({ id }) => shellQuote(id)).join(' ')})`,
    '}',
    BODY,
  ];
}

const BODY = `
# Keeps of the lines on standard input those that begin as what is typed.
_fw_offer() {
  local value
  while IFS= read -r value; do
    if [[ $value == "$word"* ]]; then COMPREPLY+=("$value"); fi
  done
}

_fw_complete() {
  local one
  for one in "\${offered[@]}"; do
    case "$one" in
      :files) compopt -o filenames 2>/dev/null; _fw_offer < <(compgen -f -- "$word") ;;
      :folders) compopt -o filenames 2>/dev/null; _fw_offer < <(compgen -d -- "$word") ;;
      :*) _fw_offer < <("\${COMP_WORDS[0]}" completion --values "\${one#:}" 2>/dev/null) ;;
      *) _fw_offer <<< "$one" ;;
    esac
  done
}

_fw() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD - 1]}"
  local command='' given='' place=0 at offered=()
  COMPREPLY=()
  # bash cuts at "=": --format=json is three words.
  if [[ $word == = ]]; then
    word=''
  elif [[ $before == = ]]; then
    before=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((at = 1; at < COMP_CWORD; at++)); do
    given=\${COMP_WORDS[at]}
    if [[ $given == -* ]]; then
      if [[ \${COMP_WORDS[at + 1]} == = ]]; then
        ((at += 2))
      elif _fw_value "$command" "$given"; then
        ((at++))
      fi
    elif [[ -z $command ]]; then
      command=$given
    else
      ((place++))
    fi
  done
  offered=()
  if [[ -z $command ]]; then
    if [[ $word == -* ]]; then _fw_flags ''; else _fw_commands; fi
  elif _fw_value "$command" "$before"; then
    :
  elif [[ $word == -* ]]; then
    _fw_flags "$command"
  else
    _fw_argument "$command" "$place"
  fi
  _fw_complete
}

complete -F _fw fw`;
