#!/bin/sh
# Runs inside mount and process namespaces of its own: lays unpacked packages ($1) over the machine's folders, gives way to writes that vanish,
# and lives until its input ends. Everything started in here ends with it.
set -eu
mount -t tmpfs tmpfs /run
work=/run/over
for folder in usr etc var; do
  mkdir -p "$work/$folder/upper" "$work/$folder/work"
  mount -t overlay overlay -o "lowerdir=$1/$folder:/$folder,upperdir=$work/$folder/upper,workdir=$work/$folder/work" "/$folder"
done
mkdir -p /run/lock /run/dbus /run/fail2ban
# The backend that `iptables` means in here.
ln -sf "/usr/sbin/iptables-$2" /etc/alternatives/iptables
ln -sf "/usr/sbin/iptables-$2-save" /etc/alternatives/iptables-save
ln -sf "/usr/sbin/iptables-$2-restore" /etc/alternatives/iptables-restore
ln -sf "/usr/sbin/ip6tables-$2" /etc/alternatives/ip6tables
ln -sf "/usr/sbin/ip6tables-$2-save" /etc/alternatives/ip6tables-save
ln -sf "/usr/sbin/ip6tables-$2-restore" /etc/alternatives/ip6tables-restore
echo ready
exec cat
