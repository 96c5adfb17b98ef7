"""Runs many commands of one AWS CLI, each in a process of its own, and starts the interpreter only once.

The CLI's own `main` is called as its program calls it, with the same arguments, in a child that was forked after the CLI
was imported: nothing of one command is left for the next. One line of JSON in is one command, one line out is its exit code.
"""

import json
import os
import sys

import awscli.clidriver
import awscli.handlers  # what every command loads


def run(command):
    child = os.fork()
    if child != 0:
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)
    code = 255
    try:
        for number, (name, flags) in enumerate(
            [
                (command["input"], os.O_RDONLY),
                (command["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
                (command["errors"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
            ]
        ):
            opened = os.open(name, flags, 0o600)
            os.dup2(opened, number)
            os.close(opened)
        sys.argv = ["aws", *command["words"]]
        code = awscli.clidriver.main()
    except SystemExit as stopped:
        code = stopped.code if isinstance(stopped.code, int) else 255
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


for line in sys.stdin:
    print(json.dumps({"code": run(json.loads(line))}), flush=True)
