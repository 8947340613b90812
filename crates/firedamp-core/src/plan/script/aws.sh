# Keys of another account would change things there.
firedamp_account() {
  found=$(try aws sts get-caller-identity --query Account --output text) || exit 1
  if [ "$found" != "$1" ]; then
    printf 'the keys are of account %s, the plan is for %s: nothing was done\n' "$found" "$1" >&2
    exit 1
  fi
}
# The region of a machine: every one that is switched on is looked through. What may not be looked
# through matters only where no other has it.
firedamp_region() {
  failed=
  regions=$(try aws ec2 describe-regions --query 'Regions[].RegionName' --output text) || return 1
  for region in $regions; do
    if said=$(aws ec2 describe-instances --region "$region" --instance-ids="$1" 2>&1 >/dev/null); then
      printf '%s\n' "$region"
      return 0
    fi
    is_gone "$said" || failed="$region: ${said:-no answer}"
  done
  [ -z "$failed" ] || { printf '%s\n' "$failed" >&2; return 1; }
}
# Copies the disks of up to three machines of a group: region, group.
firedamp_keep_group() {
  machines=$(try aws autoscaling describe-auto-scaling-groups --region "$1" \
    --auto-scaling-group-names="$2" --query 'AutoScalingGroups[].Instances[:3].InstanceId' --output text)
  [ -n "$machines" ] || nothing 'there are no machines in it'
  for machine in $machines; do
    run aws ec2 create-snapshots --region "$1" --instance-specification="InstanceId=$machine" \
      --description='kept by Firedamp as evidence'
  done
}
# Puts a machine into a group of its own that lets nothing through: region, machine. Others' groups,
# subnets and lists stay as they are.
firedamp_isolate() {
  [ -n "$1" ] || { nothing 'the machine is nowhere'; return 0; }
  of="Reservations[].Instances[]"
  vpc=$(try aws ec2 describe-instances --region "$1" --instance-ids="$2" --query "$of.VpcId" --output text)
  cards=$(try aws ec2 describe-instances --region "$1" --instance-ids="$2" \
    --query "$of.NetworkInterfaces[].NetworkInterfaceId" --output text)
  had=$(try aws ec2 describe-instances --region "$1" --instance-ids="$2" \
    --query "$of.SecurityGroups[].GroupId" --output text)
  [ -n "$cards" ] || { nothing 'it has no interface'; return 0; }
  printf '  its groups until now, which a person puts back: %s\n' "$had"
  shut=$(try aws ec2 describe-security-groups --region "$1" --query 'SecurityGroups[].GroupId' --output text \
    --filters "Name=group-name,Values=firedamp-isolated-$2" "Name=vpc-id,Values=$vpc")
  if [ -z "$shut" ] && [ "$mode" = --execute ]; then
    shut=$(try aws ec2 create-security-group --region "$1" --group-name="firedamp-isolated-$2" \
      --description='lets nothing through' --vpc-id="$vpc" --query GroupId --output text)
  elif [ -z "$shut" ]; then
    run aws ec2 create-security-group --region "$1" --group-name="firedamp-isolated-$2" --vpc-id="$vpc"
    shut=made-by-this-step
  fi
  firedamp_close "$1" "$shut"
  for card in $cards; do
    run aws ec2 modify-network-interface-attribute --region "$1" --network-interface-id="$card" --groups "$shut"
  done
}
# Takes every rule from a security group, of IPv4 and IPv6, whoever made it: region, group.
firedamp_close() {
  # Not from the list alone, which may not have them yet.
  for every in 'IpRanges=[{CidrIp=0.0.0.0/0}]' 'Ipv6Ranges=[{CidrIpv6=::/0}]'; do
    run aws ec2 revoke-security-group-egress --region "$1" --group-id="$2" \
      --ip-permissions="IpProtocol=-1,$every"
  done
  for way in egress:IsEgress 'ingress:!IsEgress'; do
    rules=$(firedamp_rules "$1" "$2" "${way#*:}")
    for rule in $rules; do
      run aws ec2 "revoke-security-group-${way%%:*}" --region "$1" --group-id="$2" --security-group-rule-ids="$rule"
    done
  done
  left=$(firedamp_rules "$1" "$2" '@')
  if [ "$mode" = --execute ] && [ -n "$left" ]; then
    printf 'rules of %s stay: %s\n' "$2" "$left" >&2
    exit 1
  fi
}
# The rules of a security group of one way.
firedamp_rules() {
  # A group that a dry run did not make has none.
  [ "$2" != made-by-this-step ] || return 0
  try aws ec2 describe-security-group-rules --region "$1" --filters "Name=group-id,Values=$2" \
    --query "SecurityGroupRules[?$3].SecurityGroupRuleId" --output text
}
# Takes an inline policy away and tells its text: user, role or group, its name, the policy.
firedamp_drop_inline() {
  had=$(try aws iam "get-$1-policy" "--$1-name=$2" --policy-name="$3" --query PolicyDocument --output json)
  [ -n "$had" ] || return 0
  printf '  the policy until now, which a person puts back: %s\n' "$had"
  run aws iam "delete-$1-policy" "--$1-name=$2" --policy-name="$3"
}
# Takes every policy from a user or a role and tells them: which of both, name.
firedamp_strip() {
  attached=$(try aws iam "list-attached-$1-policies" "--$1-name=$2" --query 'AttachedPolicies[].PolicyArn' --output text)
  for policy in $attached; do
    printf '  it had the policy until now: %s\n' "$policy"
    run aws iam "detach-$1-policy" "--$1-name=$2" --policy-arn="$policy"
  done
  inline=$(try aws iam "list-$1-policies" "--$1-name=$2" --query PolicyNames --output text)
  for policy in $inline; do firedamp_drop_inline "$1" "$2" "$policy"; done
}
# Removes what a user has of one kind: user, what lists it, where the list has its ids, what deletes one,
# the option that names it.
firedamp_drop_each() {
  had=$(try aws iam "$2" --user-name="$1" --query "$3" --output text)
  for one in $had; do run aws iam "$4" --user-name="$1" "$5=$one"; done
}
# Removes a user's second factors: user. Those that are devices have nothing behind them to delete.
firedamp_drop_factors() {
  factors=$(try aws iam list-mfa-devices --user-name="$1" --query 'MFADevices[].SerialNumber' --output text)
  for factor in $factors; do
    run aws iam deactivate-mfa-device --user-name="$1" --serial-number="$factor"
    case $factor in arn:*:mfa/*) run aws iam delete-virtual-mfa-device --serial-number="$factor" ;; esac
  done
}
# Removes a user with what it has: AWS removes none that has anything.
firedamp_remove_user() {
  there=$(try aws iam get-user --user-name="$1" --query User.UserName --output text)
  [ -n "$there" ] || return 0
  firedamp_drop_each "$1" list-access-keys 'AccessKeyMetadata[].AccessKeyId' delete-access-key --access-key-id
  run aws iam delete-login-profile --user-name="$1"
  firedamp_drop_factors "$1"
  firedamp_drop_each "$1" list-ssh-public-keys 'SSHPublicKeys[].SSHPublicKeyId' \
    delete-ssh-public-key --ssh-public-key-id
  firedamp_drop_each "$1" list-signing-certificates 'Certificates[].CertificateId' \
    delete-signing-certificate --certificate-id
  firedamp_drop_each "$1" list-service-specific-credentials \
    'ServiceSpecificCredentials[].ServiceSpecificCredentialId' \
    delete-service-specific-credential --service-specific-credential-id
  groups=$(try aws iam list-groups-for-user --user-name="$1" --query 'Groups[].GroupName' --output text)
  for group in $groups; do
    printf '  it was in the group until now: %s\n' "$group"
    run aws iam remove-user-from-group --user-name="$1" --group-name="$group"
  done
  firedamp_strip user "$1"
  run aws iam delete-user --user-name="$1"
}
# Removes a role with what it has.
firedamp_remove_role() {
  there=$(try aws iam get-role --role-name="$1" --query Role.RoleName --output text)
  [ -n "$there" ] || return 0
  profiles=$(try aws iam list-instance-profiles-for-role --role-name="$1" \
    --query 'InstanceProfiles[].InstanceProfileName' --output text)
  for profile in $profiles; do
    run aws iam remove-role-from-instance-profile --role-name="$1" --instance-profile-name="$profile"
  done
  trust=$(try aws iam get-role --role-name="$1" --query Role.AssumeRolePolicyDocument --output json)
  printf '  whom it trusted until now: %s\n' "$trust"
  firedamp_strip role "$1"
  run aws iam delete-role --role-name="$1"
}
