mkdir d; for i in $(seq 1000); do echo $i >d/$i; done
