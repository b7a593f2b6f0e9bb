#!/bin/sh
# Applies a saved plan, and no other. Environment: ROOT (the folder), BACKEND_CONFIG, PLAN (the file), LANDFORM (the program).
set -eu
landform=${LANDFORM:-landform}
export TF_IN_AUTOMATION=1 TF_INPUT=0
plan=$(cd "$(dirname "$PLAN")" && pwd)/$(basename "$PLAN")
"$landform" -chdir="$ROOT" init -input=false -no-color ${BACKEND_CONFIG:+"-backend-config=$BACKEND_CONFIG"}
"$landform" -chdir="$ROOT" apply -input=false -no-color "$plan"
