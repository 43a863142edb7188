#!/bin/sh
# Does as many rounds of work as it is told.
for round in $(seq "$1"); do
  echo "worker @VERSION@: round $round"
done
