printf "\037\213\010\000broken" >f
