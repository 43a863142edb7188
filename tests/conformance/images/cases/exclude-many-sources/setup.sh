mkdir one two; echo 1 >one/f; echo 2 >two/f; echo 3 >two/g
