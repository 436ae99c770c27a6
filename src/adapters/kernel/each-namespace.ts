import { findProgram } from '../files/find-program.ts';
import { NETNS_FOLDER } from './enter.ts';
import { searchPath } from './exec.ts';

/** Number of the system call `setns`, which perl has no name for. Elsewhere `find` does the work. */
const SETNS: Readonly<Record<string, number>> = { x64: 308, arm64: 268 };

/**
 * Enters one network namespace after the other and runs the same program in each. Everything that varies comes as an argument, so nothing
 * of it can be code. 0x40000000 is CLONE_NEWNET: a file that is no network namespace is refused by the kernel. Programs are started
 * without a shell. A program that could not be started ends with 127.
 */
const PERL = [
  'my ($setns, $folder, $mark, $count, @words) = @ARGV;',
  'for my $name (splice(@words, 0, $count)) {',
  'my $net; my $done = 0;',
  `if (open($net, '<', "$folder/$name") && syscall($setns + 0, fileno($net), 0x40000000) == 0) {`,
  'my $pid = fork();',
  'if (defined($pid) && $pid == 0) { exec { $words[0] } @words; exit(127); }',
  '$done = defined($pid) && waitpid($pid, 0) == $pid && $? == 0; }',
  `syswrite(STDOUT, $mark . ($done ? ' ok ' : ' failed ') . "$name\\n"); }`,
].join(' ');

let perl: Promise<boolean> | undefined;

/**
 * The program and arguments that run `words` in each named namespace in turn, each output followed by a line `MARK ok NAME` or `MARK failed
 * NAME`. With perl one process stays and only the program is started anew; without, `find` starts nsenter for each (findutils 4.9), which
 * takes a third more time. `ip netns exec` mounts, which makes it three times as slow as that.
 */
export async function eachNamespace(
  names: readonly string[],
  words: readonly string[],
  mark: string,
): Promise<readonly [file: string, args: readonly string[]]> {
  const setns = SETNS[process.arch];
  perl ??= findProgram('perl', searchPath()).then((file) => file !== undefined);
  if (setns === undefined || !(await perl)) return ['find', findArguments(names, words, mark)];
  return ['perl', ['-e', PERL, '--', String(setns), NETNS_FOLDER, mark, String(names.length), ...names, ...words]];
}

/** `find` flushes the mark behind each output before it starts the next program. */
export function findArguments(names: readonly string[], words: readonly string[], mark: string): readonly string[] {
  const paths = names.map((name) => `${NETNS_FOLDER}/${name}`);
  const program = ['-exec', 'nsenter', '--net={}', '--', ...words, ';'];
  const tell = ['-printf', `${mark} ok %f\\n`, '-o', '-printf', `${mark} failed %f\\n`];
  return [...paths, '-maxdepth', '0', '(', ...program, ...tell, ')'];
}
