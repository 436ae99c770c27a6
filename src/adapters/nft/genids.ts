import { Readable } from 'node:stream';
import { type PlacedNamespace, pathOf } from '../process/enter.ts';
import { run } from '../process/exec.ts';
import { GETSOCKOPT, SETNS } from '../process/system-calls.ts';

/**
 * Asks nf_tables for its genid, NFT_MSG_GETGEN (0x0a10) of a netlink socket (family 16, NETLINK_NETFILTER is 12), in one namespace after the
 * other; no program of iptables or nft prints it. The answer, NFT_MSG_NEWGEN (0x0a0f), begins with the attribute NFTA_GEN_ID (1): 32 bits in
 * network order. A namespace that was made anew under its old name counts from the beginning, so the cookie of the namespace stands in front: the option
 * SO_NETNS_COOKIE (71 of level SOL_SOCKET, 1), which is never given twice (Linux 5.14). An empty word stands for the namespace that fw is in and comes
 * first, since nothing leads back into it. Whatever goes wrong is an empty line. It waits for its input to end, or for a line of it, before it asks.
 */
const PERL = `
my ($setns, $getsockopt) = splice(@ARGV, 0, 2);
<STDIN>;
for my $path (@ARGV) {
  my ($net, $socket, $answer, $genid);
  my ($cookie, $size) = ("\\0" x 8, pack('L', 8));
  if (($path eq '' || open($net, '<', $path) && syscall($setns + 0, fileno($net), 0x40000000) == 0)
    && socket($socket, 16, 3, 12)
    && syscall($getsockopt + 0, fileno($socket), 1, 71, $cookie, $size) == 0
    && send($socket, pack('LSSLLCCn', 20, 0x0a10, 1, 1, 0, 0, 0, 0), 0)
    && defined(recv($socket, $answer, 8192, 0)) && length($answer) >= 28) {
    my ($type, $attribute, $number) = unpack('x4 S x14 x2 S N', $answer);
    $genid = unpack('H*', $cookie) . " $number" if $type == 0x0a0f && $attribute == 1;
  }
  print(defined($genid) ? $genid : '', "\\n");
}
`;

/** See `Kernel.genids`. One namespace takes 8 ms, most of which perl needs to start. */
export async function genids(
  namespaces: readonly PlacedNamespace[],
  ready?: Promise<void>,
): Promise<readonly (string | undefined)[]> {
  const setns = SETNS[process.arch];
  const getsockopt = GETSOCKOPT[process.arch];
  if (setns === undefined || getsockopt === undefined) return namespaces.map(() => undefined);
  const paths = [...new Set(namespaces.map(wordOf))].sort();
  const words = [String(setns), String(getsockopt), ...paths];
  const { exitCode, stdout } = await run('perl', ['-e', PERL, '--', ...words], {
    input: ready === undefined ? '' : Readable.from(lineAfter(ready)),
  });
  if (exitCode !== 0) return namespaces.map(() => undefined);
  const lines = stdout.split('\n');
  const found = new Map(paths.map((path, index) => [path, lines[index] || undefined]));
  return namespaces.map((namespace) => found.get(wordOf(namespace)));
}

async function* lineAfter(ready: Promise<void>): AsyncGenerator<string> {
  await ready;
  yield '\n';
}

function wordOf(namespace: PlacedNamespace): string {
  return namespace.kind === 'host' ? '' : pathOf(namespace);
}
