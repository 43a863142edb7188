mkdir d; for n in "a b" "q'q" 'd"d' "+" "%C3" "%20" "*" "?" "[x]" "-f" "--link" "~" "#" "\$HOME" "&" ";"; do echo 1 >"d/$n"; done
