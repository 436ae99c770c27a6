import { Readable } from 'node:stream';
import type { Namespace } from '../../core/ruleset/types.ts';
import { isNamespaceName, NETNS_FOLDER } from './enter.ts';
import { run } from './exec.ts';
import { SETNS } from './lane-program.ts';

/**
 * Asks nf_tables for its genid, NFT_MSG_GETGEN (0x0a10) of a netlink socket (family 16, NETLINK_NETFILTER is 12), in one namespace after the
 * other; no program of iptables or nft prints it. The answer, NFT_MSG_NEWGEN (0x0a0f), begins with the attribute NFTA_GEN_ID (1): 32 bits in
 * network order. A namespace that was made anew under its old name counts from the beginning, so the cookie of the namespace stands in front: the option
 * SO_NETNS_COOKIE (71 of level SOL_SOCKET, 1), which is never given twice (Linux 5.14). An empty word stands for the namespace that fw is in and comes
 * first, since nothing leads back into it. Whatever goes wrong is an empty line. It waits for its input to end, or for a line of it, before it asks.
 */
const PERL = `
my ($setns, $getsockopt, $folder) = splice(@ARGV, 0, 3);
<STDIN>;
for my $name (@ARGV) {
  my ($net, $socket, $answer, $genid);
  my ($cookie, $size) = ("\\0" x 8, pack('L', 8));
  if (($name eq '' || open($net, '<', "$folder/$name") && syscall($setns + 0, fileno($net), 0x40000000) == 0)
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

/** Number of the system call `getsockopt`: the kernel gives the cookie into eight bytes only, and perl's own function offers more. */
const GETSOCKOPT: Readonly<Record<string, number>> = { x64: 55, arm64: 209 };

/** See `Kernel.genids`. One namespace takes 8 ms, most of which perl needs to start. */
export async function genids(
  namespaces: readonly Namespace[],
  ready?: Promise<void>,
): Promise<readonly (string | undefined)[]> {
  const setns = SETNS[process.arch];
  const getsockopt = GETSOCKOPT[process.arch];
  if (setns === undefined || getsockopt === undefined) return namespaces.map(() => undefined);
  const names = [...new Set(namespaces.map(nameOf))].sort();
  const words = [String(setns), String(getsockopt), NETNS_FOLDER, ...names];
  const { exitCode, stdout } = await run('perl', ['-e', PERL, '--', ...words], {
    input: ready === undefined ? '' : Readable.from(lineAfter(ready)),
  });
  if (exitCode !== 0) return namespaces.map(() => undefined);
  const lines = stdout.split('\n');
  const found = new Map(names.map((name, index) => [name, lines[index] || undefined]));
  return namespaces.map((namespace) => found.get(nameOf(namespace)));
}

async function* lineAfter(ready: Promise<void>): AsyncGenerator<string> {
  await ready;
  yield '\n';
}

function nameOf(namespace: Namespace): string {
  if (namespace.kind === 'host') return '';
  if (!isNamespaceName(namespace.name)) throw new Error(`not a namespace name: ${JSON.stringify(namespace.name)}`);
  return namespace.name;
}
