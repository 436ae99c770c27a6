import type { Family } from '../../src/core/rules/types.ts';

/**
 * Restore text of five tables: 91 rules, hardly two of which use the same option of an extension of iptables 1.8.9, in chains such as
 * Docker, kube-proxy and fail2ban make.
 */
export function manyExtensions(family: Family): string {
  return TEXT.replace(/\{([^{|}]*)\|([^{|}]*)\}/g, (_, ipv4: string, ipv6: string) =>
    family === 'ipv4' ? ipv4 : ipv6,
  );
}

/** `{a|b}` is `a` for IPv4 and `b` for IPv6. */
const TEXT = `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -p udp -m udp --dport 53 -j CT --notrack
-A PREROUTING -j CT --zone 5
-A PREROUTING -m rpfilter --invert -j DROP
-A OUTPUT -j TRACE
COMMIT
*mangle
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -j MARK --set-xmark 0x5/0xffffffff
-A PREROUTING -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff
-A PREROUTING -p tcp -m tcp --dport 80 -j TPROXY --on-port 50080 --on-ip {0.0.0.0|::} --tproxy-mark 0x1/0x1
-A PREROUTING -m socket --transparent -j MARK --set-mark 1
-A FORWARD -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu
-A FORWARD -p tcp -m tcp --tcp-flags SYN,RST SYN -m tcpmss --mss 1400:1500 -j TCPMSS --set-mss 1300
-A FORWARD -j TOS --set-tos 0x10/0xff
-A FORWARD -j DSCP --set-dscp 0x0a
-A FORWARD -j {TTL|HL} {--ttl-dec|--hl-dec} 1
-A FORWARD -m {ttl|hl} {--ttl-lt|--hl-lt} 5 -j DROP
-A FORWARD -m tos --tos 0x10/0xff -j ACCEPT
-A FORWARD -m dscp --dscp 0x20 -j ACCEPT
-A FORWARD -m ecn --ecn-ip-ect 1 -j ACCEPT
-A POSTROUTING -j CLASSIFY --set-class 0001:0010
-A POSTROUTING -p udp -m udp --dport 68 -j CHECKSUM --checksum-fill
-A OUTPUT -j TEE --gateway {10.0.0.9|fd00::9}
-A OUTPUT -p {icmp|ipv6-icmp} -m {icmp|icmp6} {--icmp-type|--icmpv6-type} {8|128} -j MARK --set-mark 7
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:DOCKER - [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-SVC-AAAAAAAAAAAAAAAA - [0:0]
:KUBE-SEP-1 - [0:0]
:KUBE-SEP-2 - [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-POSTROUTING - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A OUTPUT ! -d {127.0.0.0/8|fd00::/8} -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s {172.17.0.0/16|fd00::0/16} ! -o docker0 -j MASQUERADE
-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination {172.17.0.2:80|[fd00::2]:80}
-A DOCKER -i docker0 -j RETURN
-A KUBE-SERVICES -d {10.96.0.1/32|fd00::1/32} -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-SVC-AAAAAAAAAAAAAAAA
-A KUBE-SVC-AAAAAAAAAAAAAAAA -m comment --comment "default/kubernetes:https" -m statistic --mode random --probability 0.5 -j KUBE-SEP-1
-A KUBE-SVC-AAAAAAAAAAAAAAAA -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-2 --mask {255.255.255.255|ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff} --rsource -j KUBE-SEP-2
-A KUBE-SEP-1 -s {10.1.1.1/32|fd00::1/32} -j KUBE-MARK-MASQ
-A KUBE-SEP-1 -p tcp -m recent --set --name KUBE-SEP-1 --mask {255.255.255.255|ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff} --rsource -m tcp -j DNAT --to-destination {10.1.1.1:6443|[fd00::1]:6443}
-A KUBE-MARK-MASQ -j MARK --or-mark 0x4000
-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
-A KUBE-POSTROUTING -j MASQUERADE --random-fully
-A POSTROUTING -s {10.8.0.0/24|fd00::0/24} -o eth0 -j SNAT --to-source {192.0.2.1-192.0.2.4|fd00::1-fd00::4} --persistent
-A PREROUTING -d {10.9.0.0/16|fd00::0/16} -j NETMAP --to {10.10.0.0/16|fd00::0/16}
-A PREROUTING -p tcp -m tcp --dport 81 -j REDIRECT --to-ports 3128
COMMIT
*security
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p tcp -m tcp --dport 1 -j ACCEPT
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:DOCKER-USER - [0:0]
:f2b-sshd - [0:0]
:a.b:c - [0:0]
-A INPUT -p tcp -m multiport --dports 22 -j f2b-sshd
-A f2b-sshd -s {203.0.113.9/32|fd00::9/32} -j REJECT --reject-with {icmp-port-unreachable|icmp6-port-unreachable}
-A f2b-sshd -j RETURN
-A FORWARD -j DOCKER-USER
-A DOCKER-USER -g a.b:c
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m conntrack --ctstate INVALID --ctproto 6 --ctorigsrc {10.0.0.0/8|fd00::0/8} -j DROP
-A INPUT -m state --state NEW -j ACCEPT
-A INPUT -m iprange --src-range {10.0.0.1-10.0.0.9|fd00::1-fd00::9} -j DROP
-A INPUT -m mac --mac-source 02:00:00:00:00:01 -j ACCEPT
-A INPUT -m limit --limit 3/min --limit-burst 10 -j LOG --log-prefix "in: \\"x\\" " --log-level 4 --log-tcp-options --log-ip-options
-A INPUT -m hashlimit --hashlimit-above 5/sec --hashlimit-burst 10 --hashlimit-mode srcip --hashlimit-name ssh -j DROP
-A INPUT -m connlimit --connlimit-above 10 --connlimit-mask 24 --connlimit-saddr -j REJECT --reject-with tcp-reset -p tcp
-A OUTPUT -m owner --uid-owner 1000 --gid-owner 5 -j ACCEPT
-A OUTPUT -m cgroup --cgroup 5 -j DROP
-A INPUT -m pkttype --pkt-type broadcast -j DROP
-A INPUT -m length --length 0:99 -j DROP
-A INPUT -m string --string "ab c" --algo bm --to 100 -j DROP
-A INPUT -m u32 --u32 "0x6&0xff=0x1" -j ACCEPT
-A INPUT -m time --timestart 09:00:00 --timestop 18:00:00 --weekdays Mon,Tue -j ACCEPT
-A INPUT -m connmark --mark 0x10/0xff -j ACCEPT
-A INPUT -m connbytes --connbytes 1000: --connbytes-mode bytes --connbytes-dir both -j ACCEPT
-A INPUT -m helper --helper ftp -j ACCEPT
-A INPUT -m quota --quota 10000 -j ACCEPT
-A INPUT -m physdev --physdev-in eth1 -j ACCEPT
-A INPUT -m policy --dir in --pol ipsec --strict --proto esp --mode tunnel --tunnel-src {1.2.3.4/32|fd00::4/32} --tunnel-dst {4.3.2.1/32|fd00::5/32} -j ACCEPT
-A INPUT -m cpu --cpu 1 -j ACCEPT
-A INPUT -m devgroup --src-group 0x2 -j ACCEPT
-A INPUT -p esp -m esp --espspi 100:200 -j ACCEPT
-A INPUT -p ah -m ah --ahspi 300 -j ACCEPT
-A INPUT -p sctp -m sctp --dport 80 --chunk-types any INIT -j ACCEPT
-A INPUT -p dccp -m dccp --dport 80 -j ACCEPT
-A INPUT -p {icmp|ipv6-icmp} -m {icmp|icmp6} {--icmp-type|--icmpv6-type} {3/1|1/1} -j ACCEPT
-A INPUT -p 89 -j ACCEPT
-A INPUT ! -p tcp -j ACCEPT
-A INPUT ! -s {10.0.0.0/8|fd00::0/8} ! -i eth+ -j ACCEPT
{-A INPUT -s 10.0.4.0/255.0.255.0 -f -j DROP|-A INPUT -s fd00::1/ffff::ffff -j DROP}
-A INPUT -p tcp -m tcp ! --sport 1:1023 ! --dport 22 ! --tcp-flags ALL NONE -j ACCEPT
-A INPUT -p tcp -m tcp --tcp-option 2 -j ACCEPT
-A INPUT -m bpf --bytecode "4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0" -j ACCEPT
-A INPUT -m cluster --cluster-total-nodes 2 --cluster-local-node 1 --cluster-hash-seed 0xdeadbeef -j ACCEPT
-A INPUT -j NFLOG --nflog-group 5 --nflog-prefix "pre fix" --nflog-size 64
-A INPUT -j NFQUEUE --queue-num 3 --queue-bypass
-A INPUT -j NFQUEUE --queue-balance 0:3 --queue-cpu-fanout
-A INPUT -p tcp -j SYNPROXY --sack-perm --timestamp --wscale 7 --mss 1460
-A INPUT -j AUDIT --type accept
-A INPUT -m connlabel --label "1" -j ACCEPT
-A INPUT -m statistic --mode nth --every 3 --packet 1 -j ACCEPT
-A INPUT -m statistic --mode random ! --probability 0.25 -j ACCEPT
-A INPUT -m addrtype --src-type UNICAST --limit-iface-in -j ACCEPT
-A INPUT
COMMIT
`;
