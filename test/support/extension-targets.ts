import type { ExtensionCase } from './extension-rules.ts';

/** Target extensions: every option of each, spelt as people spell it and never as iptables-save does. */
export const TARGET_CASES: readonly ExtensionCase[] = [
  {
    target: 'standard',
    place: 'filter INPUT',
    both: ['--jump ACCEPT -i lo', '-i eth+ ! -p tcp -j DROP', '-p all -j RETURN'],
    ipv4: [
      '-j ACCEPT --source 10.1.2.3/8 --destination 10.0.0.9/255.255.255.0',
      '! -s 192.0.2.1 -d 0/0 -j DROP',
      '-d 10.1.2.3/255.0.255.0 -s 0.0.0.0/0 -j DROP',
      '-s 10.0.0.2,10.0.0.1/24 -d 10.9.0.1,10.9.0.2 -j ACCEPT',
      '-f -j DROP',
      '! --fragment -s 10/8 -j DROP',
    ],
    ipv6: [
      '-j ACCEPT --src 2001:DB8:0:0:0::1/32 --dst FE80::/ffc0::',
      '! -s ::1 -d ::/0 -j DROP',
      '-s 2001:db8::2,2001:DB8::1/64 -j ACCEPT',
    ],
  },
  {
    target: 'AUDIT',
    place: 'filter INPUT',
    both: ['-j AUDIT --type ACCEPT', '-j AUDIT --type drop', '-j AUDIT --type reject'],
  },
  { target: 'CHECKSUM', place: 'mangle POSTROUTING', both: ['-p udp --dport bootpc -j CHECKSUM --checksum-fi'] },
  {
    target: 'CLASSIFY',
    place: 'mangle POSTROUTING',
    both: ['-j CLASSIFY --set-class 1:F', '-j CLASSIFY --set-cl 0010:0'],
  },
  {
    target: 'CONNMARK',
    place: 'mangle PREROUTING',
    both: [
      '-j CONNMARK --set-mark 5',
      '-j CONNMARK --set-xmark 16/255',
      '-j CONNMARK --set-mark 1/0xF',
      '-j CONNMARK --save-mark',
      '-j CONNMARK --save-mark --mask 0xff',
      '-j CONNMARK --restore-mark --nfmask 15 --ctmask 240',
      '-j CONNMARK --restore-mark',
      '-j CONNMARK --and-mark 0xF0',
      '-j CONNMARK --or-mark 017',
      '-j CONNMARK --xor-mark 1',
      '-j CONNMARK --set-mark 7 --left-shift-mark 3',
      '-j CONNMARK --save-mark --right-shift-mark 0x2',
    ],
  },
  { target: 'CONNSECMARK', place: 'security INPUT', both: ['-j CONNSECMARK --save', '-j CONNSECMARK --rest'] },
  {
    target: 'CT',
    place: 'raw PREROUTING',
    both: [
      '-j CT --notrack',
      '-p tcp --dport ftp -j CT --helper "ftp"',
      '-p tcp -j CT --ctevents reply,new,destroy --expevents new',
      '-p tcp -j CT --zone 0x7',
      '-j CT --zone mark',
      '-j CT --zone-orig 05 --ctevents mark',
      '-j CT --zone-reply mark',
    ],
  },
  {
    target: 'DNAT',
    place: 'nat PREROUTING',
    both: ['-p udp -j DNAT --to-destination :5353'],
    ipv4: [
      '-p tcp --dport http -j DNAT --to 10.3.0.9:8080',
      '-p udp -j DNAT --to-destination 10.3.0.9-10.3.0.12:100-0200 --persistent --random',
      '-p tcp --dport 100:110 -j DNAT --to-dest 10.3.0.9:5000-5010/100',
      '-j DNAT --to-destination 10.3.0.9-10.3.0.9',
    ],
    ipv6: [
      '-p tcp --dport http -j DNAT --to [2001:DB8:0::9]:8080',
      '-j DNAT --to-destination 2001:db8:0:0::1-2001:db8::F --random',
    ],
  },
  {
    target: 'DSCP',
    place: 'mangle POSTROUTING',
    both: ['-j DSCP --set-dscp 32', '-j DSCP --set-dscp-class ef', '-j DSCP --set-dscp-class AF21'],
  },
  { target: 'ECN', place: 'mangle POSTROUTING', ipv4: ['-p tcp -j ECN --ecn-tcp-re'] },
  {
    target: 'TTL',
    place: 'mangle POSTROUTING',
    ipv4: ['-j TTL --ttl-set 0x40', '-j TTL --ttl-dec 01', '-j TTL --ttl-inc 2'],
  },
  { target: 'HL', place: 'mangle POSTROUTING', ipv6: ['-j HL --hl-set 0x40', '-j HL --hl-dec 01', '-j HL --hl-inc 2'] },
  {
    target: 'HMARK',
    place: 'mangle PREROUTING',
    both: [
      '-j HMARK --hmark-tuple dst,src,sport,dport,proto --hmark-mod 010 --hmark-offset 10000 --hmark-rnd 57005',
      '-j HMARK --hmark-tuple ct,src,dst --hmark-mod 5 --hmark-rnd 1',
      '-j HMARK --hmark-src-prefix 24 --hmark-dst-prefix 16 --hmark-proto-mask 0xf --hmark-sport-mask 0xf0f0 --hmark-dport-mask 255 --hmark-mod 5 --hmark-rnd 1',
      '-j HMARK --hmark-src-prefix 32 --hmark-sport 0x1 --hmark-dport 2 --hmark-mod 5 --hmark-rnd 1',
      '-j HMARK --hmark-dst-prefix 8 --hmark-spi-mask 0xff --hmark-mod 5 --hmark-rnd 0x1',
      '-j HMARK --hmark-spi 3 --hmark-dst-prefix 8 --hmark-mod 5 --hmark-rnd 1',
    ],
  },
  {
    target: 'IDLETIMER',
    place: 'mangle POSTROUTING',
    both: ['-j IDLETIMER --timeout 060 --label wan', '-j IDLETIMER --label "lan" --timeout 5 --alarm'],
  },
  {
    target: 'LOG',
    place: 'filter INPUT',
    both: [
      '-j LOG --log-level info --log-prefix "drop: "',
      '-j LOG --log-uid --log-ip-options --log-tcp-options --log-tcp-sequence --log-macdecode --log-level 4',
      '-j LOG --log-level debug',
    ],
  },
  {
    target: 'MARK',
    place: 'mangle PREROUTING',
    both: [
      '-j MARK --set-mark 5',
      '-j MARK --set-xmark 0X5/255',
      '-j MARK --set-mark 1/0xF',
      '-j MARK --and-mark 240',
      '-j MARK --or-mark 017',
      '-j MARK --xor-mark 0x1',
    ],
  },
  {
    target: 'MASQUERADE',
    place: 'nat POSTROUTING',
    both: [
      '-p tcp -j MASQUERADE --to-ports 1024-031000',
      '-p udp -j MASQUERADE --to-ports 7-7 --random',
      '-o eth+ -j MASQUERADE --random-fully',
    ],
  },
  {
    target: 'NETMAP',
    place: 'nat PREROUTING',
    ipv4: [
      '-d 10.9.0.0/16 -j NETMAP --to 10.3.4.0/16',
      '-j NETMAP --to 10.3.0.0/255.255.255.0',
      '-j NETMAP --to 10.3.0.1',
    ],
    ipv6: ['-d 2001:db8::/64 -j NETMAP --to 2001:DB8:1::5/64', '-j NETMAP --to 2001:db8:0::1'],
  },
  {
    target: 'NFLOG',
    place: 'filter INPUT',
    both: [
      '-j NFLOG --nflog-group 005 --nflog-prefix "p q" --nflog-threshold 0x2',
      '-j NFLOG --nflog-size 64 --nflog-group 0',
      '-j NFLOG --nflog-range 256',
    ],
  },
  {
    target: 'NFQUEUE',
    place: 'filter INPUT',
    both: [
      '-j NFQUEUE',
      '-j NFQUEUE --queue-num 0x5 --queue-bypass',
      '-j NFQUEUE --queue-cpu-fanout --queue-balance 0:03',
    ],
  },
  { target: 'NOTRACK', place: 'raw PREROUTING', both: ['-j NOTRACK -p udp --dport domain'] },
  {
    target: 'RATEEST',
    place: 'mangle INPUT',
    both: [
      '-j RATEEST --rateest-name e1 --rateest-interval 250ms --rateest-ewmalog 0.5s',
      '-j RATEEST --rateest-ewmalog 4s --rateest-interval 1000ms --rateest-name e2',
    ],
  },
  {
    target: 'REDIRECT',
    place: 'nat PREROUTING',
    both: [
      '-p tcp -j REDIRECT --to-ports 7-7',
      '-p tcp --dport http -j REDIRECT --to-port 8080-8090 --random',
      '-j REDIRECT',
    ],
  },
  {
    target: 'REJECT',
    place: 'filter INPUT',
    both: ['-j REJECT', '-p tcp -j REJECT --reject-with tcp-reset'],
    ipv4: [
      '-j REJECT --reject-with net-unreach',
      '-j REJECT --reject admin-prohib',
      '-p tcp -j REJECT --reject-with tcp-rst',
    ],
    ipv6: [
      '-j REJECT --reject-with no-route',
      '-j REJECT --reject-with policy-fail',
      '-j REJECT --reject adm-prohibited',
    ],
  },
  {
    target: 'SET',
    place: 'mangle FORWARD',
    ipv4: [
      '-j SET --add-set fwtest4 src --exist --timeout 0x10',
      '-j SET --del-set fwtest4 dst',
      '-j SET --map-set fwtest4 src --map-mark --map-prio --map-queue',
    ],
    ipv6: ['-j SET --add-set fwtest6 src'],
  },
  {
    target: 'SNAT',
    place: 'nat POSTROUTING',
    both: ['-p tcp -j SNAT --to-source :0500'],
    ipv4: [
      '-p tcp -j SNAT --to 10.3.0.9:8080-8090 --persistent --random',
      '-j SNAT --to-source 10.3.0.9-10.3.0.9 --random-fully',
    ],
    ipv6: ['-p udp -j SNAT --to [2001:DB8:0::9]:5 --random-fully', '-j SNAT --to-source 2001:db8:0::1-2001:db8::2'],
  },
  {
    target: 'SNPT',
    place: 'mangle POSTROUTING',
    ipv6: ['-j SNPT --src-pfx FD00:1:0::/64 --dst-pfx 2001:DB8:1:0::/64'],
  },
  { target: 'DNPT', place: 'mangle PREROUTING', ipv6: ['-j DNPT --src-pfx 2001:DB8:1::/48 --dst-pfx fd00:0001::/48'] },
  {
    target: 'SYNPROXY',
    place: 'filter INPUT',
    both: [
      '-p tcp --dport http -j SYNPROXY --mss 01460 --wscale 0x7 --timestamp --sack-perm',
      '-p tcp -j SYNPROXY --ecn',
    ],
  },
  {
    target: 'TCPMSS',
    place: 'mangle FORWARD',
    both: ['-p tcp --syn -j TCPMSS --clamp-mss-to-pmtu', '-p tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 01200'],
  },
  {
    target: 'TCPOPTSTRIP',
    place: 'mangle PREROUTING',
    both: [
      '-p tcp -j TCPOPTSTRIP --strip-options timestamp,wscale,sack-permitted',
      '-p tcp -j TCPOPTSTRIP --strip-options 5,0x3',
    ],
  },
  {
    target: 'TEE',
    place: 'mangle PREROUTING',
    ipv4: ['-j TEE --gateway 10.0.0.9 --oif eth9'],
    ipv6: ['-j TEE --gateway 2001:DB8:0::1'],
  },
  {
    target: 'TOS',
    place: 'mangle POSTROUTING',
    both: [
      '-j TOS --set-tos 8',
      '-j TOS --set-tos Minimize-Delay',
      '-j TOS --set-tos 020/0xf0',
      '-j TOS --and-tos 0xF0',
      '-j TOS --or-tos 017',
      '-j TOS --xor-tos 1',
    ],
  },
  {
    target: 'TPROXY',
    place: 'mangle PREROUTING',
    both: ['-p tcp -j TPROXY --on-port 08080 --tproxy-mark 1/1'],
    ipv4: ['-p udp -j TPROXY --tproxy-mark 16 --on-ip 127.0.0.1 --on-port 9'],
    ipv6: ['-p udp -j TPROXY --on-ip ::0:1 --on-port 9'],
  },
  { target: 'TRACE', place: 'raw PREROUTING', both: ['-p tcp --dport ssh -j TRACE'] },
];
