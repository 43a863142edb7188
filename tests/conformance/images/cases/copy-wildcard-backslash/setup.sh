echo star >"a*b"; echo other >axb
