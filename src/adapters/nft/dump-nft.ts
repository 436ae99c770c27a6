import { existsSync } from 'node:fs';
import { readDump } from '../../core/nft-bytes/read-dump.ts';
import type { ByteDump } from '../../core/nft-bytes/types.ts';
import type { Family, TableName } from '../../core/rules/types.ts';
import { start } from '../process/exec.ts';
import { limitTime } from '../process/limit-time.ts';
import { SETNS } from '../process/system-calls.ts';

/**
 * Asks nf_tables for everything that it has of some tables, as it is (a netlink socket: family 16, NETLINK_NETFILTER is 12), target by target: path of the network namespace,
 * family, names of tables. It writes the kernel's answers as they come, and behind each target a message of type 0xffff that says whether all was asked.
 *
 * In this order: the genid (0x0a10); where asked for, names and numbers of ipsets (0x0607 with protocol 7 and IPSET_FLAG_LIST_HEADER, 4); tables (0x0a01), sets (0x0a0a), objects
 * (0x0a13), flowtables (0x0a17), chains (0x0a04); the rules (0x0a07) of each chain of those tables; the genid again. Rules are asked for by chain because for
 * each buffer the kernel passes over all that it has told already. The buffer has to be large: the kernel fills as much of it as it is offered. A chain that
 * nothing uses, as attribute 6 says, has no rules. An empty path stands for the namespace that fw is in and comes first, since nothing leads back into it.
 */
const PERL = `
my ($setns, $sets) = splice(@ARGV, 0, 2);
my $socket;
sub put {
  for (my $at = 0; $at < length($_[0]); ) { my $n = syswrite(STDOUT, $_[0], length($_[0]) - $at, $at); defined($n) or exit(1); $at += $n; }
}
sub ask {
  my ($type, $flags, $family, $attributes, $take) = @_;
  send($socket, pack('LSSLLCCn', 20 + length($attributes), $type, $flags, 1, 0, $family, 0, 0) . $attributes, 0) or return 0;
  while (1) {
    my $answer;
    defined(recv($socket, $answer, 65536, 0)) && length($answer) >= 16 or return 0;
    put($answer);
    for (my $at = 0; $at + 16 <= length($answer); ) {
      my ($length, $got) = unpack('LS', substr($answer, $at, 6));
      $length >= 16 or return 0;
      return unpack('l', substr($answer, $at + 16, 4)) == 0 if $got == 3;
      return 0 if $got == 2;
      return 1 if $flags == 1;
      $take->(substr($answer, $at + 20, $length - 20)) if $take;
      $at += ($length + 3) & ~3;
    }
  }
}
sub text { my ($type, $text) = @_; my $length = 5 + length($text); return pack('SS', $length, $type) . $text . "\\0" x (1 + (-$length & 3)); }
sub dump_target {
  my ($path, $family, %wanted) = @_;
  my $net;
  $path eq '' || open($net, '<', $path) && syscall($setns + 0, fileno($net), 0x40000000) == 0 or return 0;
  socket($socket, 16, 3, 12) or return 0;
  ask(0x0a10, 1, 0, '') or return 0;
  if ($sets) { ask(0x0607, 0x301, $family, pack('SSCx3SSN', 5, 1, 7, 8, 0x4006, 4)) or return 0; }
  for my $type (0x0a01, 0x0a0a, 0x0a13, 0x0a17) { ask($type, 0x301, $family, '') or return 0; }
  my @chains;
  ask(0x0a04, 0x301, $family, '', sub {
    my ($said) = @_;
    my ($table, $chain, $uses) = ('', '', 1);
    for (my $at = 0; $at + 4 <= length($said); ) {
      my ($length, $type) = unpack('SS', substr($said, $at, 4));
      $length >= 4 or last;
      my $value = substr($said, $at + 4, $length - 4);
      if ($type == 1) { $table = unpack('Z*', $value); }
      elsif ($type == 3) { $chain = unpack('Z*', $value); }
      elsif ($type == 6) { $uses = unpack('N', $value); }
      $at += ($length + 3) & ~3;
    }
    push(@chains, $table, $chain) if $wanted{$table} && $uses > 0;
  }) or return 0;
  while (my ($table, $chain) = splice(@chains, 0, 2)) {
    ask(0x0a07, 0x301, $family, text(1, $table) . text(2, $chain)) or return 0;
  }
  return ask(0x0a10, 1, 0, '');
}
while (my ($path, $family, $tables) = splice(@ARGV, 0, 3)) {
  my $done = dump_target($path, $family, map { $_ => 1 } split(/,/, $tables)) ? 1 : 0;
  close($socket) if $socket;
  undef($socket);
  put(pack('LSSLLL', 20, 0xffff, 0, 0, 0, $done));
}
`;

/** Numbers of the families (sys/socket.h). */
const NUMBER: Readonly<Record<Family, number>> = { ipv4: 2, ipv6: 10 };

/** Where a dump is made: the path of a network namespace, empty for the one that fw is in. */
export type DumpPlace = { readonly path: string; readonly family: Family; readonly tables: readonly TableName[] };

/** After a dump that took too long none is tried for so long: what it proves nft lists as well, and every further one would cost the whole time again. */
const PAUSE_MS = 600_000;

/** Until when none is tried, as `performance.now()` counts. */
let pausedUntil = 0;

/** See `Kernel.dumpNft`: in the order of the places. 10,000 rules take 60 ms. */
export async function dumpNft(places: readonly DumpPlace[]): Promise<readonly (ByteDump | undefined)[]> {
  const setns = SETNS[process.arch];
  const nothing = places.map(() => undefined);
  if (setns === undefined || performance.now() < pausedUntil) return nothing;
  const order = [...places].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const words = order.flatMap(({ path, family, tables }) => [path, String(NUMBER[family]), tables.join(',')]);
  // Asking for sets would load the module.
  const withSets = existsSync('/sys/module/ip_set') ? '1' : '';
  const dumps = await runDump(['-e', PERL, '--', String(setns), withSets, ...words]);
  if (dumps?.length !== places.length) return nothing;
  const found = new Map(order.map((place, index) => [place, dumps[index]]));
  return places.map((place) => found.get(place));
}

/** Undefined where perl is missing, failed, or took too long. */
async function runDump(args: readonly string[]): Promise<readonly (ByteDump | undefined)[] | undefined> {
  try {
    const { pid, stdout, stderr, exited, closed } = start('perl', args);
    const limit = limitTime(pid);
    const reader = readDump();
    stdout.on('data', (chunk: Buffer) => {
      limit.renew();
      reader.add(chunk);
    });
    stderr.resume();
    const ended = await Promise.race([exited, closed]);
    await closed;
    const isLate = limit.end();
    if (isLate) pausedUntil = performance.now() + PAUSE_MS;
    return !isLate && ended?.exitCode === 0 ? reader.dumps() : undefined;
  } catch {
    return undefined;
  }
}
