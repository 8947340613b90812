# The option that says where something of a name is: project, name, what the evidence says of its place,
# and how such things are listed. Nothing where nothing is called so; where two are, neither is touched.
firedamp_where() {
  project=$1 name=$2 known=$3
  shift 3
  links=$(try gcloud compute "$@" list "--filter=name=$name" '--format=value(selfLink)' --quiet \
    "--project=$project") || return 1
  option=
  for link in $links; do
    case $link in
      */zones/*) kind=zone place=${link#*/zones/} ;;
      */regions/*) kind=region place=${link#*/regions/} ;;
      *) continue ;;
    esac
    place=${place%%/*}
    case $place- in "${known:+$known-}"*) ;; *) continue ;; esac
    if [ -n "$option" ]; then
      printf 'several are called %s, and the evidence does not tell which: do it by hand\n' "$name" >&2
      return 1
    fi
    option=--$kind=$place
  done
  printf '%s\n' "$option"
}
# Copies every disk of a machine: project, machine, where it is. A copy goes by the number that Google
# gave the disk, since names come again.
firedamp_keep() {
  [ -n "$3" ] || { nothing 'there is no such machine'; return 0; }
  disks=$(try gcloud compute instances describe "$2" "$3" '--flatten=disks[]' '--format=value(disks.source)' \
    --quiet "--project=$1")
  [ -n "$disks" ] || nothing 'it has no disk of its own'
  for disk in $disks; do
    case $disk in */projects/"$1"/*) ;; *) nothing 'one of its disks lies elsewhere' && continue ;; esac
    number=$(try gcloud compute disks describe "$disk" '--format=value(id)' --quiet "--project=$1")
    [ -n "$number" ] || continue
    known=$(try gcloud compute snapshots list "--filter=name=firedamp-$number" '--format=value(name)' \
      --quiet "--project=$1")
    if [ -n "$known" ]; then nothing "it was kept before as $known" && continue; fi
    run gcloud compute snapshots create "firedamp-$number" "--source-disk=$disk" --quiet "--project=$1"
  done
}
# The same of up to three machines of a group.
firedamp_keep_group() {
  [ -n "$3" ] || { nothing 'there is no such group'; return 0; }
  machines=$(try gcloud compute instance-groups managed list-instances "$2" "$3" --limit=3 \
    '--format=value(instance)' --quiet "--project=$1")
  [ -n "$machines" ] || nothing 'there are no machines in it'
  for machine in $machines; do
    zone=${machine#*/zones/}
    firedamp_keep "$1" "${machine##*/}" "--zone=${zone%%/*}"
  done
}
# Lets a group grow by itself no longer: project, group, where it is.
firedamp_hold() {
  [ -n "$3" ] || { nothing 'there is no such group'; return 0; }
  scope=${3%%=*}s=${3#*=}
  grows=$(try gcloud compute instance-groups managed list "$scope" "--filter=name=$2" \
    '--format=value(autoscaled)' --quiet "--project=$1")
  if [ "$grows" = no ]; then
    nothing 'nothing makes it grow by itself'
  else
    run gcloud compute instance-groups managed stop-autoscaling "$2" "$3" --quiet "--project=$1"
  fi
}
# Lets nothing through to a machine or from it: project, machine, where it is. The rules hold for a tag
# that only such machines have; the networks' other rules stay.
firedamp_isolate() {
  [ -n "$3" ] || { nothing 'there is no such machine'; return 0; }
  networks=$(try gcloud compute instances describe "$2" "$3" '--flatten=networkInterfaces[]' \
    '--format=value(networkInterfaces.network)' --quiet "--project=$1")
  [ -n "$networks" ] || { nothing 'it is in no network'; return 0; }
  for network in $networks; do
    # Networks have longer names than rules have room for.
    sum=$(printf '%s' "$network" | cksum)
    for every in 4:0.0.0.0/0 6:::/0; do
      firedamp_deny "$1" "$network" "firedamp-isolated-${sum%% *}-out${every%%:*}" EGRESS "--destination-ranges=${every#*:}"
      firedamp_deny "$1" "$network" "firedamp-isolated-${sum%% *}-in${every%%:*}" INGRESS "--source-ranges=${every#*:}"
    done
  done
  run gcloud compute instances add-tags "$2" "$3" --tags=firedamp-isolated --quiet "--project=$1"
}
# A rule that denies everything, unless it is there: project, network, rule, way, ranges.
firedamp_deny() {
  as_it_should="name=$3 AND direction=$4 AND priority=0 AND disabled=false AND NOT allowed:*"
  known=$(try gcloud compute firewall-rules list "--filter=$as_it_should" '--format=value(name)' --quiet \
    "--project=$1")
  if [ -z "$known" ]; then
    run gcloud compute firewall-rules create "$3" "--direction=$4" "$5" --action=DENY --rules=all --priority=0 \
      --target-tags=firedamp-isolated "--network=$2" --quiet "--project=$1"
  fi
}
