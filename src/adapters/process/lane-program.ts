import { SETNS } from './system-calls.ts';

/** A program and its arguments, to run in the network namespace at a path. */
export type LaneJob = { readonly namespace: string; readonly words: readonly [file: string, ...args: string[]] };

/**
 * Some processes side by side take jobs from one queue, so none of them waits while another still has work. For each job the process enters the
 * network namespace and starts the program, without a shell; everything that varies comes as an argument, so nothing of it can be code.
 * 0x40000000 is CLONE_NEWNET: a file that is no network namespace is refused by the kernel. A program that could not be started ends with 127.
 *
 * Each lane writes to an output of its own, 1, 3, 4, ...: the program's standard output, then its standard error, then a line
 * `MARK ok JOB BYTES`, or `failed`, where BYTES is how much of the text belongs to standard error. That is read until the program has closed it,
 * so it comes with its own job; a program that says more than a megabyte fails. Programs are looked for once: every folder of the PATH that has not got
 * one would cost each job a failed start.
 *
 * The queue is a pipe of four bytes for each job: the kernel hands every four of them to one reader.
 */
const PERL = `
my ($setns, $lanes, $programs) = splice(@ARGV, 0, 3);
my $mark = delete($ENV{FW_LANE_MARK});
my @programs = map { [splice(@ARGV, 0, shift(@ARGV))] } 1 .. $programs;
my @files = map { my $file = $_->[0]; (grep { -f && -x _ } map { "$_/$file" } split(/:/, $ENV{PATH}))[0] // $file } @programs;
pipe(my $take, my $put) or exit(1);
my @working;
for my $lane (0 .. $lanes - 1) {
  my $pid = fork();
  defined($pid) or last;
  if ($pid != 0) { push(@working, $pid); next; }
  close($put);
  if ($lane > 0) { open(STDOUT, '>&', $lane + 2) or exit(1); }
  for my $other (3 .. $lanes + 1) { if (open(my $output, '>&=', $other)) { close($output); } }
  while (sysread($take, my $next, 4)) {
    my $job = unpack('N', $next);
    my ($program, $path) = @ARGV[2 * $job, 2 * $job + 1];
    my ($done, $said, $net) = (0, '');
    if (open($net, '<', $path) && syscall($setns + 0, fileno($net), 0x40000000) == 0) {
      my @words = @{$programs[$program]};
      pipe(my $hear, my $say) or exit(1);
      my $child = fork();
      if (defined($child) && $child == 0) { open(STDERR, '>&', $say); exec { $files[$program] } @words; exit(127); }
      close($say);
      while (defined($child) && length($said) <= 1048576 && sysread($hear, $said, 65536, length($said))) { }
      close($hear);
      $done = defined($child) && waitpid($child, 0) == $child && $? == 0 && length($said) <= 1048576;
    }
    syswrite(STDOUT, $said) if $said ne '';
    syswrite(STDOUT, $mark . ($done ? ' ok ' : ' failed ') . "$job " . length($said) . "\\n");
  }
  exit(0);
}
close($take);
syswrite($put, pack('N*', 0 .. @ARGV / 2 - 1));
close($put);
waitpid($_, 0) for @working;
`;

/** False on a processor whose number for `setns` is not known here. */
export function hasLanes(): boolean {
  return SETNS[process.arch] !== undefined;
}

/**
 * The arguments for perl that run the jobs in so many lanes. The mark goes into the environment, as FW_LANE_MARK: arguments are shown to every user
 * of the machine.
 */
export function laneProgram(jobs: readonly LaneJob[], lanes: number): readonly string[] {
  const programs = new Map<string, { readonly index: number; readonly words: readonly string[] }>();
  const queue = jobs.flatMap(({ namespace, words }) => {
    const key = JSON.stringify(words);
    const program = programs.get(key) ?? { index: programs.size, words };
    programs.set(key, program);
    return [String(program.index), namespace];
  });
  const listed = [...programs.values()].flatMap(({ words }) => [String(words.length), ...words]);
  const numbers = [String(SETNS[process.arch]), String(lanes), String(programs.size)];
  return ['-e', PERL, '--', ...numbers, ...listed, ...queue];
}
