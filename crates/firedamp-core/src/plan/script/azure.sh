# Copies disks: subscription, group, disks. A copy goes by the number that Azure gave the disk, since
# names come again.
firedamp_copy() {
  subscription=$1 group=$2
  shift 2
  [ $# -gt 0 ] || nothing 'it has no managed disk'
  for disk in "$@"; do
    number=$(try az disk show --subscription "$subscription" --ids "$disk" --query uniqueId --output tsv)
    [ -n "$number" ] || continue
    known=$(try az snapshot list --subscription "$subscription" --resource-group "$group" \
      --query "[?name=='firedamp-$number'].name" --output tsv)
    if [ -n "$known" ]; then nothing "it was kept before as $known" && continue; fi
    run az snapshot create --subscription "$subscription" --resource-group "$group" \
      --name "firedamp-$number" --source "$disk"
  done
}
disks_of='[storageProfile.osDisk.managedDisk.id, storageProfile.dataDisks[].managedDisk.id]'
# Copies the disks of a machine: subscription, group, id.
firedamp_keep() {
  disks=$(try az vm show --subscription "$1" --ids "$3" --query "${disks_of}[] | [?@]" --output tsv)
  firedamp_copy "$1" "$2" $disks
}
# Copies the disks of up to three machines of a scale set: subscription, group, set.
firedamp_keep_group() {
  disks=$(try az vmss list-instances --subscription "$1" --resource-group "$2" --name "$3" \
    --query "[:3].${disks_of}[][] | [?@]" --output tsv)
  firedamp_copy "$1" "$2" $disks
}
# Switches every autoscale setting of a set off or on: subscription, group, set, true or false. Names
# come in lower case in some records, and as they were given in others.
firedamp_hold() {
  own="/subscriptions/$1/resourcegroups/$2/providers/microsoft.compute/virtualmachinescalesets/$3"
  own=$(printf '%s' "$own" | tr '[:upper:]' '[:lower:]')
  settings=$(try az monitor autoscale list --subscription "$1" --resource-group "$2" \
    --query '[].[name, targetResourceUri]' --output tsv)
  held=
  while IFS=$(printf '\t') read -r name of; do
    of=$(printf '%s' "$of" | tr '[:upper:]' '[:lower:]')
    if [ "$of" = "$own" ]; then
      held=$name
      run az monitor autoscale update --subscription "$1" --resource-group "$2" --name "$name" \
        --enabled "$4" </dev/null
    fi
  done <<END
$settings
END
  [ -n "$held" ] || nothing 'nothing makes it grow by itself'
}
# Puts each interface of a machine into a group that lets nothing through: subscription, group, id, name.
# The group's tag says what the interface had before.
firedamp_isolate() {
  place=$(try az vm show --subscription "$1" --ids "$3" --query location --output tsv)
  firedamp_cards "$1" "$3"
  number=0
  for card in $cards; do
    shut="firedamp-isolated-$4-$number" number=$((number + 1))
    had=$(try az network nic show --subscription "$1" --ids "$card" --query networkSecurityGroup.id --output tsv)
    case $had in
      */"$shut") nothing 'it is cut off already' && continue ;;
      '' | None) had=none ;;
    esac
    printf '  the security group of %s until now: %s\n' "$card" "$had"
    run az network nsg create --subscription "$1" --resource-group "$2" --name "$shut" --location "$place" \
      --tags "firedamp-had=$had"
    for way in Outbound Inbound; do
      run az network nsg rule create --subscription "$1" --resource-group "$2" --nsg-name "$shut" \
        --name "$way" --direction "$way" --priority 100 --access Deny --protocol '*' \
        --source-address-prefixes '*' --destination-address-prefixes '*' --destination-port-ranges '*'
    done
    run az network nic update --subscription "$1" --ids "$card" --network-security-group \
      "/subscriptions/$1/resourceGroups/$2/providers/Microsoft.Network/networkSecurityGroups/$shut"
  done
}
# Gives each interface back what it had: the same words. What is not known is not undone.
firedamp_rejoin() {
  firedamp_cards "$1" "$3"
  number=0
  for card in $cards; do
    shut="firedamp-isolated-$4-$number" number=$((number + 1))
    had=$(try az network nsg show --subscription "$1" --resource-group "$2" --name "$shut" \
      --query 'tags."firedamp-had"' --output tsv)
    case $had in
      '' | None) printf '  not undone: what %s had before is not known\n' "$card" >&2 ;;
      none) run az network nic update --subscription "$1" --ids "$card" --remove networkSecurityGroup ;;
      *) run az network nic update --subscription "$1" --ids "$card" --network-security-group "$had" ;;
    esac
  done
}
# The interfaces of a machine: subscription, id.
firedamp_cards() {
  cards=$(try az vm show --subscription "$1" --ids "$2" --query 'networkProfile.networkInterfaces[].id' --output tsv)
  [ -n "$cards" ] || nothing 'it has no interface'
}
# Takes away every lock that lies on a machine itself: subscription, id. The list holds the locks of its
# group and of the subscription too, which hold for others and stay.
firedamp_unlock() {
  own=$(printf '%s' "$2" | tr '[:upper:]' '[:lower:]')/providers/microsoft.authorization/locks/
  locks=$(try az lock list --subscription "$1" --resource "$2" --query '[].[id, level, notes]' --output tsv)
  found=
  while IFS=$(printf '\t') read -r lock level notes; do
    case $(printf '%s' "$lock" | tr '[:upper:]' '[:lower:]') in "$own"*) ;; *) continue ;; esac
    found=$lock
    printf '  the lock %s until now: %s %s\n' "$lock" "$level" "$notes"
    run az lock delete --subscription "$1" --ids "$lock" </dev/null
  done <<END
$locks
END
  [ -n "$found" ] || nothing 'no lock lies on it'
}
