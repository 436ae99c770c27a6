import type { CommandEntry } from '../../core/completion/types.ts';
import { printTables, shellQuote } from './print-tables.ts';

/** Completion for zsh 5: a function for a folder of `fpath`, or to be sourced after compinit. */
export function printZsh(commands: readonly CommandEntry[]): readonly string[] {
  const help = entry('--help', 'Show help.');
  return [
    '#compdef fw',
    '# Completion of fw for zsh, made by `fw completion zsh`.',
    '',
    ...printTables(commands),
    '',
    '_fw_flags() {',
    '  case "$1" in',
    ...commands.flatMap(({ id, flags }) => [
      `    ${shellQuote(id)}) described=(`,
      ...flags.map(({ name, summary }) => `      ${entry(`--${name}`, summary)}`),
      `      ${help}`,
      '    ) ;;',
    ]),
    `    '') described=(${help} ${entry('--version', 'Show the version.')}) ;;`,
    '  esac',
    '}',
    '',
    '_fw_commands() {',
    '  described=(',
    ...commands.map(({ id, summary }) => `    ${entry(id, summary)}`),
    '  )',
    '}',
    BODY,
  ];
}

const BODY = `
_fw() {
  local word=$words[CURRENT] before=$words[CURRENT-1] command='' given one
  local -i at=2 place=0
  local -a offered described asked
  if [[ $word == --*=* ]]; then
    before=\${word%%=*}
    compset -P '*='
  fi
  for (( ; at < CURRENT; at++ )); do
    given=$words[at]
    if [[ $given == -* ]]; then
      if [[ $given != *=* ]] && _fw_value "$command" "$given"; then (( at++ )); fi
    elif [[ -z $command ]]; then
      command=$given
    else
      (( place++ ))
    fi
  done
  offered=()
  if [[ -z $command && $word != -* ]]; then
    _fw_commands
    _describe -t commands command described
    return
  fi
  if [[ -n $command ]] && _fw_value "$command" "$before"; then
    :
  elif [[ $word == -* ]]; then
    _fw_flags "$command"
    _describe -t options option described
    return
  else
    _fw_argument "$command" $place || return 1
  fi
  for one in $offered; do
    case "$one" in
      :files) _files ;;
      :folders) _files -/ ;;
      :*)
        asked=("\${(@f)$($words[1] completion --values "\${one#:}" 2>/dev/null)}")
        compadd -- \${asked:#}
        ;;
      *) compadd -- "$one" ;;
    esac
  done
}

# Found in fpath this is the body of the function itself; sourced, it says what it is for.
if [[ $funcstack[1] == _fw ]]; then _fw "$@"; else compdef _fw fw; fi`;

/** `name:description` for _describe, which takes a colon as the end of the name. */
function entry(name: string, summary: string): string {
  return shellQuote(`${name}:${summary.replaceAll(':', '\\:')}`);
}
