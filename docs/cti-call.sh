#!/bin/sh
# Plays a call: it rings, is answered by an operator, is hung up. See docs/cti.md.
# Usage: docs/cti-call.sh BASE TOKEN_FILE FROM OPERATOR [TO]
set -eu
base=$1 token=$(cat "$2") from=$3 user=$4 to=${5:-12330}
id="trial-$(date +%s)-$$"
tell() {
	curl --fail --silent --show-error --header "Authorization: Bearer $token" --data-urlencode "call_id=$id" "$@" "$base/api/cti/calls"
}
tell --data event=new --data-urlencode "from=$from" --data-urlencode "to=$to"
echo "it rings; answered in 5 seconds"
sleep 5
tell --data event=answered --data-urlencode "user=$user"
echo "answered by $user; hung up in 60 seconds"
sleep 60
tell --data event=hung_up --data cause=normal
