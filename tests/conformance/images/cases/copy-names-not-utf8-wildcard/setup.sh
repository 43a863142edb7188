echo 1 >"$(printf "caf\351")"; echo 2 >cafe
