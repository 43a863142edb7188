mkdir d; for n in é "é" 文件 😀 ñandú "​zero"; do echo "$n" >"d/$n"; done
