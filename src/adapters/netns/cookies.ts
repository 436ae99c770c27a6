import { run } from '../process/exec.ts';
import { GETSOCKOPT, SETNS } from '../process/system-calls.ts';

/**
 * Asks for the cookie of network namespaces, SO_NETNS_COOKIE (71 of level SOL_SOCKET, 1; Linux 5.14), one after the other; no program prints it. The
 * socket is of the family AF_UNIX (1), which every kernel has. An empty word stands for the namespace that fw is in and comes first, since
 * nothing leads back into it. Whatever goes wrong is an empty line.
 */
const PERL = `
my ($setns, $getsockopt) = splice(@ARGV, 0, 2);
for my $path (@ARGV) {
  my ($net, $socket, $found);
  my ($cookie, $size) = ("\\0" x 8, pack('L', 8));
  if (($path eq '' || open($net, '<', $path) && syscall($setns + 0, fileno($net), 0x40000000) == 0)
    && socket($socket, 1, 2, 0)
    && syscall($getsockopt + 0, fileno($socket), 1, 71, $cookie, $size) == 0) {
    $found = unpack('H*', $cookie);
  }
  print(defined($found) ? $found : '', "\\n");
}
`;

/** The cookie of fw's own network namespace and of those at some paths, in their order; undefined where it cannot be asked. */
export async function readCookies(
  paths: readonly string[],
): Promise<{ readonly own: string | undefined; readonly others: readonly (string | undefined)[] }> {
  const setns = SETNS[process.arch];
  const getsockopt = GETSOCKOPT[process.arch];
  const none = { own: undefined, others: paths.map(() => undefined) };
  if (setns === undefined || getsockopt === undefined) return none;
  const { exitCode, stdout } = await run('perl', ['-e', PERL, '--', String(setns), String(getsockopt), '', ...paths]);
  if (exitCode !== 0) return none;
  const [own, ...others] = stdout.split('\n').map((line) => (/^[0-9a-f]{16}$/.test(line) ? line : undefined));
  return { own, others: paths.map((_, index) => others[index]) };
}
