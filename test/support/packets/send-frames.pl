# Sends frames from inside a network namespace. Arguments: names of interfaces. On standard input, again and again: the number of frames (32 bits), then
# of each the index of its interface (8 bits; 255: out by the routes, as an IPv4 packet of this host, 254: as an IPv6 packet), its length
# (16 bits), its bytes. Writes a line when all of them are sent.
use strict;
use warnings;
$| = 1;
binmode STDIN;
my @sockets;
for my $name (@ARGV) {
  open(my $file, '<', "/sys/class/net/$name/ifindex") or die "$name: $!";
  my $index = <$file>;
  socket(my $socket, 17, 3, 0) or die "packet socket: $!";
  bind($socket, pack('S n i S C C a8', 17, 0, $index, 0, 0, 0, '')) or die "bind $name: $!";
  push @sockets, $socket;
}
socket(my $four, 2, 3, 255) or die "raw socket: $!";
socket(my $six, 10, 3, 255) or die "raw socket: $!";
setsockopt($six, 41, 36, pack('i', 1)) or die "IPV6_HDRINCL: $!";
sub take { my ($length) = @_; my $bytes = ''; while (length($bytes) < $length) { read(STDIN, $bytes, $length - length($bytes), length($bytes)) or exit 0; } return $bytes; }
while (1) {
  my $count = unpack('N', take(4));
  my $failed = 0;
  for (1 .. $count) {
    my ($at, $length) = unpack('Cn', take(3));
    my $bytes = take($length);
    if ($at == 255) { send($four, $bytes, 0, pack('S n a4 a8', 2, 0, substr($bytes, 16, 4), '')) or $failed++; }
    elsif ($at == 254) { send($six, $bytes, 0, pack('S n N a16 N', 10, 0, 0, substr($bytes, 24, 16), 0)) or $failed++; }
    else { send($sockets[$at], $bytes, 0) or $failed++; }
  }
  print "$failed\n";
}
