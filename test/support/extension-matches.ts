import type { ExtensionCase } from './extension-rules.ts';

/** Match extensions: every option of each, spelt as people spell it and never as iptables-save does. */
export const MATCH_CASES: readonly ExtensionCase[] = [
  {
    match: 'tcp',
    place: 'filter INPUT',
    both: [
      '-p tcp --syn -j ACCEPT',
      '-j DROP -m tcp -p 6 ! --syn',
      '--protocol TCP --source-port ssh:http --destination-port :1023 --jump ACCEPT',
      '-p tcp ! --dpo 8080: -j ACCEPT',
      '-p tcp --sport 1024:1024 ! --dport ldaps -j DROP',
      '-p tcp --tcp-flags ALL NONE -j DROP',
      '-p tcp   -m   tcp ! --tcp-flags SYN,ACK,FIN,RST SYN -j DROP',
      '-p tcp --tcp-fl SYN,FIN FIN,SYN -j DROP',
      '-p tcp ! --tcp-option 0x08 -j DROP',
    ],
  },
  {
    match: 'udp',
    place: 'filter INPUT',
    both: [
      '-p udp --dport domain --sport 1024: -j ACCEPT',
      '-p 17 ! --source-port ntp -j ACCEPT',
      '-m udp -p UDP --destination-port 053:domain -j ACCEPT',
    ],
  },
  {
    match: 'icmp',
    place: 'filter INPUT',
    ipv4: [
      '-p icmp --icmp-type ping -j ACCEPT',
      '-p 1 -m icmp ! --icmp-type 3/1 -j DROP',
      '-p ICMP --icmp-type TOS-host-redirect -j DROP',
      '-p icmp --icmp-type any -j ACCEPT',
      '-p icmp --icmp-type 0x8/0x0 -j ACCEPT',
      '-p icmp --icmp-type ttl-exceeded -j ACCEPT',
    ],
  },
  {
    match: 'icmp6',
    place: 'filter INPUT',
    ipv6: [
      '-p icmpv6 --icmpv6-type ping -j ACCEPT',
      '-p ipv6-icmp -m icmp6 ! --icmpv6-type neighbor-solicitation -j DROP',
      '-p 58 -m icmp6 --icmpv6-type 1/4 -j DROP',
      '-p icmpv6 -m icmpv6 --icmpv6-type 0x80 -j ACCEPT',
    ],
  },
  {
    match: 'ah',
    place: 'filter INPUT',
    ipv4: ['-p ah -m ah --ahspi 0x10:0x20 -j ACCEPT', '-p 51 -m ah ! --ahspi 0500 -j DROP'],
    ipv6: ['-m ah --ahlen 0x0c --ahspi 5: --ahres -j DROP', '-m ah ! --ahspi 5:0x10 ! --ahlen 16 -j DROP'],
  },
  {
    match: 'esp',
    place: 'filter INPUT',
    both: ['-p esp --espspi 1:0x5 -j ACCEPT', '-p 50 -m esp ! --espspi 0xff -j DROP'],
  },
  {
    match: 'ipcomp',
    place: 'filter INPUT',
    both: ['-p ipcomp -m ipcomp --ipcompspi 0x12 -j ACCEPT', '-p 108 -m ipcomp ! --ipcompspi 1:5 -j DROP'],
  },
  {
    match: 'sctp',
    place: 'filter INPUT',
    both: [
      '-p sctp --sport 80:80 --destination-port 22: -j ACCEPT',
      '-p 132 ! --source-port 5:6 ! --dport :9 -j DROP',
      '-p sctp --chunk-types any DATA:Be,INIT -j ACCEPT',
      '-p sctp ! --chunk-types all ABORT:T,init -j DROP',
      '-p sctp --chunk-types ONLY data,sack -j DROP',
    ],
  },
  {
    match: 'dccp',
    place: 'filter INPUT',
    both: [
      '-p dccp -m dccp --dport 80 --source-port 1024: -j ACCEPT',
      '-p dccp ! --sport 1:2 ! --destination-port ssh -j DROP',
      '-p dccp --dccp-types REQUEST,response -j ACCEPT',
      '-p dccp ! --dccp-types RESET ! --dccp-option 0x3 -j DROP',
    ],
  },
  {
    match: 'addrtype',
    place: 'filter INPUT',
    both: [
      '-m addrtype --src-type local,UNICAST --limit-iface-in -j ACCEPT',
      '-m addrtype ! --dst-type MULTICAST,local ! --src-type unicast,LOCAL -j DROP',
    ],
    ipv4: ['-m addrtype --src-type broadcast,UNSPEC ! --dst-type blackhole,PROHIBIT -j DROP'],
  },
  { match: 'addrtype', place: 'filter OUTPUT', both: ['-m addrtype --limit-iface-out --dst-type Local -j ACCEPT'] },
  {
    match: 'bpf',
    place: 'filter INPUT',
    both: ['-m bpf --bytecode "4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0" -j ACCEPT'],
  },
  {
    match: 'cgroup',
    place: 'filter OUTPUT',
    both: ['-m cgroup --cgroup 0x100001 -j ACCEPT', '-m cgroup ! --cgroup 05 -j DROP', '-m cgroup ! --path / -j DROP'],
  },
  {
    match: 'cluster',
    place: 'mangle PREROUTING',
    both: [
      '-m cluster --cluster-total-nodes 0x4 --cluster-local-node 2 --cluster-hash-seed 65261 -j MARK --set-mark 1',
      '-m cluster --cluster-hash-seed 1 ! --cluster-local-nodemask 5 --cluster-total-nodes 3 -j DROP',
    ],
  },
  {
    match: 'comment',
    place: 'filter INPUT',
    both: [
      `-m comment --comment "plain" -j ACCEPT`,
      `-j ACCEPT -m comment --comment "it's a \\"name\\" with \\\\ and -j DROP; #, and \u00fc"`,
    ],
  },
  {
    match: 'connbytes',
    place: 'filter INPUT',
    both: [
      '-m connbytes --connbytes 0100: --connbytes-dir both --connbytes-mode bytes -j ACCEPT',
      '-m connbytes --connbytes-mode packets --connbytes-dir original ! --connbytes 10:20 -j DROP',
      '-m connbytes --connbytes-mode avgpkt --connbytes 0x5:0x10 --connbytes-dir reply -j DROP',
    ],
  },
  {
    match: 'connlabel',
    place: 'filter INPUT',
    both: ['-m connlabel --label 005 -j ACCEPT', '-m connlabel ! --label 0x7 -j DROP', '-m connlabel --set --label 9'],
  },
  {
    match: 'connlimit',
    place: 'filter INPUT',
    both: [
      '-p tcp --syn -m connlimit --connlimit-above 010 -j DROP',
      '-m connlimit --connlimit-upto 3 --connlimit-mask 24 --connlimit-daddr -j ACCEPT',
      '-m connlimit --connlimit-saddr ! --connlimit-above 5 -j ACCEPT',
    ],
    ipv4: ['-m connlimit --connlimit-above 2 --connlimit-mask 32 -j DROP'],
    ipv6: ['-m connlimit --connlimit-above 2 --connlimit-mask 128 -j DROP'],
  },
  {
    match: 'connmark',
    place: 'filter INPUT',
    both: ['-m connmark --mark 16 -j ACCEPT', '-m connmark ! --mark 0x5/0xffffffff -j DROP'],
  },
  {
    match: 'conntrack',
    place: 'filter INPUT',
    both: [
      '-m conntrack --ctstate established,RELATED,NEW -j ACCEPT',
      '-m conntrack ! --ctstate INVALID,SNAT,dnat,UNTRACKED -j ACCEPT',
      '-m conntrack --ctproto TCP --ctorigsrcport 01024:65535 --ctorigdstport 22 -j ACCEPT',
      '-m conntrack ! --ctproto 17 ! --ctreplsrcport 53 ! --ctrepldstport 1: -j DROP',
      '-m conntrack --ctstatus SEEN_REPLY,expected,CONFIRMED,ASSURED -j ACCEPT',
      '-m conntrack ! --ctstatus NONE --ctdir reply ! --ctexpire 0x5:10 -j DROP',
      '-m conntrack --ctdir ORIGINAL --ctexpire 60: -j DROP',
    ],
    ipv4: [
      '-m conntrack --ctorigsrc 10.1.2.3/8 --ctorigdst 10.0.0.0/255.255.0.0 -j ACCEPT',
      '-m conntrack ! --ctreplsrc 192.0.2.1 ! --ctrepldst 192.0.2.7/24 -j DROP',
    ],
    ipv6: [
      '-m conntrack --ctorigsrc 2001:DB8:0:0::1/32 --ctorigdst 2001:db8::1 -j ACCEPT',
      '-m conntrack ! --ctreplsrc 2001:db8:0:0:0:0:0:1/ffff:: ! --ctrepldst fe80::1/10 -j DROP',
    ],
  },
  { match: 'cpu', place: 'filter INPUT', both: ['-m cpu --cpu 0x0 -j ACCEPT', '-m cpu ! --cpu 01 -j DROP'] },
  {
    match: 'devgroup',
    place: 'filter FORWARD',
    both: ['-m devgroup --src-group 1/0xff ! --dst-group 0x5 -j ACCEPT', '-m devgroup --dst-group default -j DROP'],
  },
  {
    match: 'dscp',
    place: 'mangle FORWARD',
    both: [
      '-m dscp --dscp 32',
      '-m dscp --dscp-class ef -j ACCEPT',
      '-m dscp ! --dscp-class AF11',
      '-m dscp ! --dscp 0',
    ],
  },
  {
    match: 'ecn',
    place: 'mangle FORWARD',
    both: ['-p tcp -m ecn --ecn-tcp-cwr ! --ecn-tcp-ece --ecn-ip-ect 0x1', '-m ecn ! --ecn-ip-ect 02'],
  },
  {
    match: 'hashlimit',
    place: 'filter INPUT',
    both: [
      '-m hashlimit --hashlimit-name a1 --hashlimit-upto 60/minute -j ACCEPT',
      '-m hashlimit --hashlimit-above 5/s --hashlimit-mode dstport,srcip --hashlimit-srcmask 24 --hashlimit-name a2 -j DROP',
      '-m hashlimit --hashlimit-mode srcport,dstip --hashlimit-burst 010 --hashlimit-dstmask 16 --hashlimit 300/h --hashlimit-name a3 -j ACCEPT',
      '-m hashlimit --hashlimit-above 512kb/s --hashlimit-burst 1mb --hashlimit-name a4 -j DROP',
      '-m hashlimit --hashlimit-name a5 --hashlimit-upto 2/day --hashlimit-htable-size 0100 --hashlimit-htable-max 2000 --hashlimit-htable-gcinterval 1000 --hashlimit-htable-expire 5000 -j ACCEPT',
      '-m hashlimit --hashlimit-name a6 --hashlimit-above 9/sec --hashlimit-rate-match --hashlimit-rate-interval 5 -j DROP',
    ],
  },
  {
    match: 'helper',
    place: 'filter INPUT',
    both: ['-m helper --helper "ftp" -j ACCEPT', '-m helper ! --helper irc-6667 -j DROP'],
  },
  {
    match: 'iprange',
    place: 'filter INPUT',
    ipv4: [
      '-m iprange --src-range 10.0.0.5 -j ACCEPT',
      '-m iprange ! --dst-range 10.0.0.9-10.0.0.200 --src-range 10.0.0.1-10.0.0.1 -j DROP',
    ],
    ipv6: ['-m iprange --src-range 2001:DB8::0:1-2001:db8:0::ff ! --dst-range FE80::1 -j DROP'],
  },
  {
    match: 'length',
    place: 'filter INPUT',
    both: [
      '-m length --length :0x63 -j ACCEPT',
      '-m length ! --length 100:100 -j DROP',
      '-m length --length 0500: -j DROP',
    ],
  },
  {
    match: 'limit',
    place: 'filter INPUT',
    both: [
      '-m limit --limit-burst 10 --limit 120/minute -j ACCEPT',
      '-m limit --limit 1/s --limit-burst 05 -j ACCEPT',
      '-m limit --limit 7 -j ACCEPT',
      '-m limit -j ACCEPT',
    ],
  },
  { match: 'mac', place: 'filter INPUT', both: ['-m mac ! --mac-source 02:AB:Cd:00:0F:01 -j DROP'] },
  {
    match: 'mark',
    place: 'filter INPUT',
    both: ['-m mark --mark 16 -j ACCEPT', '-m mark ! --mark 0X5/0xFFFFFFFF -j DROP', '-m mark --mark 017/0xff -j DROP'],
  },
  {
    match: 'multiport',
    place: 'filter INPUT',
    both: [
      '-p tcp -m multiport --dports ssh,http:443,0100 -j ACCEPT',
      '-p udp -m multiport ! --source-ports domain,ntp -j DROP',
      '-p udplite -m multiport --ports 5,6:7 -j ACCEPT',
      '-p sctp -m multiport ! --destination-ports 1,2 -j DROP',
      '-p dccp -m multiport --sports 1 -j DROP',
    ],
  },
  {
    match: 'osf',
    place: 'filter INPUT',
    ipv4: ['-p tcp -m osf --genre Linux --ttl 01 --log 2 -j ACCEPT', '-p tcp -m osf ! --genre Windows -j DROP'],
  },
  {
    match: 'owner',
    place: 'filter OUTPUT',
    both: [
      '-m owner --uid-owner root --gid-owner 0-99 -j ACCEPT',
      '-m owner ! --gid-owner nogroup ! --uid-owner 0x64-65534 -j DROP',
      '-m owner --socket-exists -j ACCEPT',
      '-m owner ! --socket-exists -j DROP',
      '-m owner --gid-owner daemon --suppl-groups -j DROP',
    ],
  },
  {
    match: 'physdev',
    place: 'filter FORWARD',
    both: [
      '-m physdev --physdev-is-bridged --physdev-in eth+ ! --physdev-out tap0 -j ACCEPT',
      '-m physdev ! --physdev-is-in -j DROP',
      '-m physdev --physdev-is-in -j DROP',
      '-m physdev ! --physdev-is-bridged -j DROP',
      '-m physdev --physdev-is-out --physdev-is-bridged -j DROP',
    ],
  },
  {
    match: 'pkttype',
    place: 'filter INPUT',
    both: ['-m pkttype --pkt-type MULTICAST -j ACCEPT', '-m pkttype ! --pkt-type host -j DROP'],
  },
  {
    match: 'policy',
    place: 'filter INPUT',
    both: [
      '-m policy --pol none --dir in -j DROP',
      '-m policy --dir in --pol ipsec --strict --reqid 0x5 --spi 16 --proto 50 --mode transport --next --proto ah -j ACCEPT',
      '-m policy --dir in --pol ipsec ! --reqid 1 ! --proto 50 ! --spi 0x7 -j DROP',
    ],
    ipv4: [
      '-m policy --dir in --pol ipsec --strict --mode tunnel --tunnel-src 10.1.2.3/255.0.0.0 ! --tunnel-dst 10.0.0.1 -j ACCEPT',
    ],
    ipv6: [
      '-m policy --dir in --pol ipsec --strict --mode tunnel --tunnel-dst 2001:DB8::1/32 ! --tunnel-src fe80:0::1 -j ACCEPT',
    ],
  },
  {
    match: 'quota',
    place: 'filter INPUT',
    both: ['-m quota --quota 0x400 -j ACCEPT', '-m quota ! --quota 0777 -j DROP'],
  },
  {
    // The estimators that these compare are those of the RATEEST rules, which come before them.
    match: 'rateest',
    place: 'mangle INPUT',
    both: [
      '-m rateest --rateest1 e1 --rateest-lt --rateest-bps 1mbit -j ACCEPT',
      '-m rateest --rateest e1 ! --rateest-gt --rateest-pps 0100 -j ACCEPT',
      '-m rateest --rateest-delta --rateest1 e1 --rateest-bps1 10kbit --rateest-gt --rateest2 e2 --rateest-bps2 20kbit -j DROP',
      '-m rateest --rateest-delta --rateest1 e1 --rateest-pps1 5 ! --rateest-eq --rateest2 e2 --rateest-pps2 6 -j DROP',
    ],
  },
  {
    match: 'realm',
    place: 'filter INPUT',
    ipv4: ['-m realm --realm 5 -j ACCEPT', '-m realm ! --realm 016/0xff -j DROP', '-m realm --realm cosmos -j DROP'],
  },
  {
    match: 'recent',
    place: 'filter INPUT',
    both: [
      '-m recent --set',
      '-m recent --name BAD --set --rsource -j DROP',
      '-m recent --update --seconds 060 --hitcount 4 --rttl --name BAD -j DROP',
      '-m recent --rcheck --rdest --seconds 5 --reap -j DROP',
      '-m recent ! --remove --name BAD -j ACCEPT',
      '-m recent ! --rcheck --name BAD -j ACCEPT',
    ],
    ipv4: ['-m recent --set --name v4 --mask 255.255.0.0'],
    ipv6: ['-m recent --set --name v6 --mask ffff:FFFF::'],
  },
  {
    match: 'rpfilter',
    place: 'raw PREROUTING',
    both: ['-m rpfilter --invert -j DROP', '-m rpfilter --validmark --loose --accept-local -j ACCEPT'],
  },
  {
    match: 'set',
    place: 'filter INPUT',
    ipv4: [
      '-m set --match-set fwtest4 src -j DROP',
      '-m set ! --match-set fwtest4 dst -j DROP',
      '-m set --match-set fwtest4 src --return-nomatch ! --update-counters ! --update-subcounters -j DROP',
      '-m set --match-set fwtest4 src --packets-gt 05 --bytes-lt 0x10 -j DROP',
      '-m set --match-set fwtest4 src ! --packets-eq 5 ! --bytes-eq 6 -j DROP',
      '-m set --match-set fwtest4 src --packets-lt 5 --bytes-gt 6 -j DROP',
    ],
    ipv6: ['-m set ! --match-set fwtest6 dst -j DROP'],
  },
  {
    match: 'socket',
    place: 'mangle PREROUTING',
    both: ['-m socket', '-p tcp -m socket --restore-skmark --transparent --nowildcard -j MARK --set-mark 1'],
  },
  {
    match: 'state',
    place: 'filter INPUT',
    both: ['-m state --state ESTABLISHED,related -j ACCEPT', '-m state ! --state NEW,INVALID,UNTRACKED -j DROP'],
  },
  {
    match: 'statistic',
    place: 'filter INPUT',
    both: [
      '-m statistic --mode random --probability 0.1 -j DROP',
      '-m statistic --mode random ! --probability .333333333333 -j DROP',
      '-m statistic --mode nth --every 010 --packet 3 -j ACCEPT',
      '-m statistic --packet 0 ! --every 3 --mode nth -j ACCEPT',
    ],
  },
  {
    match: 'string',
    place: 'filter INPUT',
    both: [
      '-m string --algo bm --string "GET /" --from 0 --to 65535 -j DROP',
      '-m string --string word --algo kmp --icase --from 040 --to 80 -j DROP',
      '-m string --algo bm ! --string "a \\"b\\" \\\\c" -j DROP',
      '-m string --algo bm ! --hex-string "|00 FF|tail" -j DROP',
      '-m string --algo bm --hex-string "|41 42|" -j DROP',
    ],
  },
  {
    match: 'tcpmss',
    place: 'filter INPUT',
    both: [
      '-p tcp --syn -m tcpmss --mss 0x100: -j DROP',
      '-p tcp -m tcpmss --tcp-flags SYN,RST SYN ! --mss 536 -j DROP',
    ],
  },
  {
    match: 'time',
    place: 'filter INPUT',
    both: [
      '-m time --timestart 8:0 --timestop 17:30 --weekdays Su,Mon,3 -j ACCEPT',
      '-m time --datestart 2024 --datestop 2037-12-31T23:59 ! --weekdays 6,7 ! --monthdays 31,1,2 -j DROP',
      '-m time --monthdays 5 --kerneltz --timestart 22:00 --timestop 06:00 --contiguous -j DROP',
    ],
  },
  {
    match: 'tos',
    place: 'mangle FORWARD',
    both: [
      '-m tos --tos 8',
      '-m tos ! --tos 020/0xff',
      '-m tos --tos Minimize-Delay',
      '-m tos --tos maximize-throughput',
    ],
  },
  {
    match: 'ttl',
    place: 'filter INPUT',
    ipv4: ['-m ttl --ttl-eq 0x40', '-m ttl ! --ttl 64', '-m ttl --ttl-lt 05', '-m ttl --ttl-gt 200'],
  },
  {
    match: 'u32',
    place: 'filter INPUT',
    both: [
      '-m u32 --u32 "6 & 0xFF = 1 && 4 & 0x3FFF=0 && 0>>22&0x3C@ 0 >>24=0" -j DROP',
      '-m u32 ! --u32 0=0x100:0x200,5 -j DROP',
    ],
  },
  {
    match: 'dst',
    place: 'filter INPUT',
    ipv6: ['-m dst --dst-len 0x8 --dst-opts 1:2,0x3 -j DROP', '-m dst ! --dst-len 5 -j DROP'],
  },
  {
    match: 'hbh',
    place: 'filter INPUT',
    ipv6: ['-m hbh --hbh-opts 1,2:4 --hbh-len 010 -j DROP', '-m hbh ! --hbh-len 5 -j DROP'],
  },
  { match: 'eui64', place: 'filter INPUT', ipv6: ['-m eui64 -j ACCEPT'] },
  {
    match: 'frag',
    place: 'filter INPUT',
    ipv6: [
      '-m frag --fragmore --fragid 1:0x20 --fragres -j DROP',
      '-m frag ! --fragid 05 ! --fraglen 8 --fraglast -j DROP',
      '-m frag --fraglen 16 --fragfirst -j DROP',
    ],
  },
  {
    match: 'hl',
    place: 'filter INPUT',
    ipv6: ['-m hl --hl-eq 0x40', '-m hl ! --hl-eq 64', '-m hl --hl-lt 05', '-m hl --hl-gt 200'],
  },
  {
    match: 'ipv6header',
    place: 'filter INPUT',
    ipv6: ['-m ipv6header --header dst,frag,ah --soft -j DROP', '-m ipv6header ! --header 0,43,ipv6-nonxt -j DROP'],
  },
  {
    match: 'mh',
    place: 'filter INPUT',
    ipv6: ['-p mobility-header -m mh --mh-type binding-update -j ACCEPT', '-p mh -m mh ! --mh-type hoti:cot -j DROP'],
  },
  {
    match: 'rt',
    place: 'filter INPUT',
    ipv6: [
      '-m rt --rt-type 0 --rt-0-addrs 2001:DB8::1,2001:db8:0::2 --rt-0-res --rt-0-not-strict -j DROP',
      '-m rt ! --rt-type 0x2 ! --rt-segsleft 1:5 ! --rt-len 010 -j DROP',
      '-m rt --rt-segsleft 3 --rt-len 0x20 -j DROP',
    ],
  },
  {
    match: 'srh',
    place: 'filter INPUT',
    ipv6: [
      '-m srh --srh-next-hdr 0x11 --srh-hdr-len-eq 8 --srh-segs-left-eq 1 --srh-last-entry-eq 4 --srh-tag 0 -j DROP',
      '-m srh ! --srh-hdr-len-gt 8 ! --srh-segs-left-gt 1 ! --srh-last-entry-gt 4 ! --srh-tag 7 -j DROP',
      '-m srh ! --srh-next-hdr 17 --srh-hdr-len-lt 8 --srh-segs-left-lt 1 --srh-last-entry-lt 4 -j DROP',
      '-m srh --srh-psid 2001:DB8::1/64 ! --srh-nsid 2001:db8:0::1 --srh-lsid FE80::1/10 -j DROP',
    ],
  },
];
