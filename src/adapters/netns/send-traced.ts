/**
 * Perl, for what Node cannot: sends one packet in the namespace in which it runs, by a packet socket on a cable of its own or by a raw socket, and prints what
 * `nft monitor trace` tells meanwhile. The monitor says nothing when it begins to listen, so a packet of its own kind is sent until it is seen, and one more
 * behind the packet: with its trace that of the packet is told to the end. Cables, routes and settings are made first; all of it goes with the namespace. The interfaces
 * have an address, to which REDIRECT and MASQUERADE need one.
 *
 * Arguments: 4 or 6, the path, the interfaces in and out (empty for none), the frame and the two others in hex.
 */
export const SEND_TRACED = `use strict; use warnings;
my ($family, $path, $in, $out, $packet, $first, $last) = @ARGV;
my ($word, $ttl, $any) = $family == 4 ? ('ip', 'ip ttl', '0.0.0.0/0') : ('ip6', 'ip6 hoplimit', '::/0');
sub ip { system('ip', @_) == 0 or die "ip @_ failed\\n"; }
sub set { my ($files, $value) = @_; for my $file (glob("/proc/sys/net/$files")) { open(my $handle, '>', $file) or next; print $handle $value; close $handle; } }
set('ipv4/conf/*/rp_filter', 0); set('ipv6/conf/*/accept_dad', 0); set('ipv6/conf/*/accept_ra', 0);
set('ipv4/conf/*/accept_local', 1); set('ipv4/conf/*/forwarding', 1); set('ipv6/conf/*/forwarding', 1);
ip('link', 'set', 'lo', 'up');
my %made;
for my $name ($in, $out) {
  next if $name eq '' or $made{$name};
  $made{$name} = 'fw-end' . keys %made;
  ip('link', 'add', $name, 'address', '02:00:00:00:00:01', 'type', 'veth', 'peer', 'name', $made{$name});
  ip('link', 'set', $made{$name}, 'up');
  ip('link', 'set', $name, 'arp', 'off', 'up');
  ip('address', 'add', $family == 4 ? '192.0.2.254/32' : '2001:db8:ffff:ffff::254/128', 'dev', $name, $family == 4 ? () : 'nodad');
}
set('ipv4/conf/*/rp_filter', 0);
ip('route', 'add', $path eq 'INPUT' ? ('local', $any, 'dev', 'lo') : ($any, 'dev', $out));
open(my $rules, '|-', 'nft', '-f', '-') or die "nft: $!\\n";
print $rules "table $word fw_marks {\\n";
print $rules "chain c$_ { type filter hook $_ priority -500; $ttl 77 meta nftrace set 1; }\\n" for ('prerouting', 'output');
print $rules "}\\n";
close $rules or die "nft does not mark packets\\n";
my $socket;
if ($in ne '') {
  open(my $shown, '-|', 'ip', '-o', 'link', 'show', 'dev', $made{$in}) or die "ip link show: $!\\n";
  my ($index) = (<$shown> // '') =~ /^(\\d+):/ or die "ip link shows no $made{$in}\\n";
  socket($socket, 17, 3, 0) or die "packet socket: $!\\n";
  bind($socket, pack('S n i S C C a8', 17, 0, $index, 0, 0, 0, '')) or die "bind: $!\\n";
} elsif ($family == 4) { socket($socket, 2, 3, 255) or die "raw socket: $!\\n"; }
else { socket($socket, 10, 3, 255) or die "raw socket: $!\\n"; setsockopt($socket, 41, 36, pack('i', 1)) or die "raw socket: $!\\n"; }
sub put {
  my $bytes = pack('H*', shift);
  if ($in ne '') { send($socket, $bytes, 0); }
  elsif ($family == 4) { send($socket, $bytes, 0, pack('S n a4 a8', 2, 0, substr($bytes, 16, 4), '')); }
  else { send($socket, $bytes, 0, pack('S n N a16 N', 10, 0, 0, substr($bytes, 24, 16), 0)); }
}
my $monitor = open(my $trace, '-|', 'nft', '-a', 'monitor', 'trace') or die "nft monitor: $!\\n";
my $told = '';
sub until_told {
  my ($id, $again) = @_;
  my $end = time + 30;
  while (time < $end) {
    return if $told =~ /\\b(?:ip id|ip6 flowlabel) $id\\b/;
    put($again) if defined $again;
    my $ready = ''; vec($ready, fileno($trace), 1) = 1;
    next unless select($ready, undef, undef, 0.1) > 0;
    sysread($trace, $told, 65536, length $told) or die "nft monitor ended\\n";
  }
  kill 'TERM', $monitor;
  die "nft monitor tells no trace\\n";
}
until_told(60000, $first);
put($packet); put($last);
until_told(60001);
kill 'TERM', $monitor;
print $told;
`;
