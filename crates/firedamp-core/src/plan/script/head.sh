#!/bin/sh
# A plan of Firedamp's for one case. Without --execute it changes nothing: it looks, and says what it
# would do. Read it before you run it. What is gone is passed over; at any other failure it stops.
set -euf
mode=${1:-}
nothing() {
  printf '  nothing to do here: %s\n' "$1" >&2
}
# Whether an error says that something is not there. That one may not look is another thing.
is_gone() {
  case $1 in
    *'An error occurred (InvalidInstanceID.NotFound) '* | *'An error occurred (NoSuchEntity) '*) ;;
    *'An error occurred (InvalidGroup.NotFound) '* | *'An error occurred (InvalidPermission.NotFound) '*) ;;
    *'An error occurred (InvalidSecurityGroupRuleId.NotFound) '*) ;;
    *'An error occurred (ResourceNotFoundException) '*) ;;
    *'An error occurred (ServiceNotFoundException) '* | *'An error occurred (ServiceNotActiveException) '*) ;;
    *'An error occurred (ClusterNotFoundException) '* | *'operation: AutoScalingGroup name not found'*) ;;
    *'ERROR: (ResourceNotFound) '* | *'ERROR: (ResourceGroupNotFound) '* | *'ERROR: (NotFound) '*) ;;
    *'ERROR: (ParentResourceNotFound) '* | *'ERROR: Resource '*' does not exist or one of its queried '*) ;;
    *'is not an active Virtual Machine Scale Set VM instanceId'*) ;;
    *"The resource 'projects/"*/*"' was not found"* | *'NOT_FOUND: Unknown service account'*) ;;
    *'NOT_FOUND: Service account key '*' does not exist'* | *'Policy binding with the specified '*' not found'*) ;;
    *'The managed instance group is not autoscaled'*) ;;
    *) return 1 ;;
  esac
}
# Runs a command. What is not there is said and passed over; any other error is shown and comes back.
try() {
  code=0
  { said=$("$@" 2>&1 >&3 3>&-); } 3>&1 || code=$?
  if [ "$code" = 0 ]; then
    [ -z "$said" ] || printf '%s\n' "$said" >&2
  elif is_gone "$said"; then
    nothing 'it is not there'
  else
    printf '%s\n  failed: nothing behind this was done\n' "$said" >&2
    return "$code"
  fi
}
# A change: made, or only told. `aws` writes None for what there is not.
run() {
  for word in "$@"; do
    case $word in '' | None) nothing 'the look-up found nothing' && return 0 ;; esac
  done
  if [ "$mode" = --execute ]; then try "$@"; else printf '  would run:'; printf ' %s' "$@"; printf '\n'; fi
}
