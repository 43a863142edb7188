mkdir one two; echo one >one/f; echo two >two/f
