# SPDX-License-Identifier: MIT
"""The sessions in docs/shell.md, run as they stand there.

With MACAW_UPDATE set, what the program shows now is written into the page."""

import os
import subprocess
import unittest

from macaw_program import PROGRAM, ProgramTest

PAGE = os.path.join(os.environ["MACAW_SOURCE"], "docs", "shell.md")


def blocks(text):
    """The page as (is a session, lines) one after another."""
    session, lines = False, []
    for line in text.splitlines():
        if line == "```console" or (session and line == "```"):
            if line == "```console":
                lines.append(line)
                yield session, lines
                session, lines = True, []
            else:
                yield session, lines
                session, lines = False, [line]
        else:
            lines.append(line)
    yield session, lines


def steps(lines):
    """The commands of a session, with what follows them: (lines of the command, lines that it shows)."""
    found = []
    for line in lines:
        if line.startswith("$ "):
            found.append(([line], []))
        elif line.startswith("> ") and not found[-1][1]:
            found[-1][0].append(line)
        else:
            found[-1][1].append(line)
    return found


class Docs(ProgramTest):
    def run_step(self, command):
        environment = dict(os.environ, MACAW_HISTORY="", LC_ALL="C.UTF-8", COLUMNS="100",
                           PATH=os.path.dirname(PROGRAM) + ":" + os.environ["PATH"])
        script = "\n".join(line[2:] for line in command) + "\n"
        finished = subprocess.run(["sh", "-c", script], cwd=self.directory, env=environment, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600)
        return finished.stdout.decode().splitlines()

    def test_the_sessions_show_what_the_page_says(self):
        with open(PAGE, encoding="utf-8") as page:
            before = page.read()
        after = []
        sessions = 0
        for session, lines in blocks(before):
            if not session:
                after += lines
                continue
            sessions += 1
            for command, shown in steps(lines):
                now = self.run_step(command)
                after += command + now
                if "MACAW_UPDATE" not in os.environ:
                    self.assertEqual(now, shown, "\n".join(command))
        self.assertGreater(sessions, 0)
        if "MACAW_UPDATE" in os.environ:
            with open(PAGE, "w", encoding="utf-8") as page:
                page.write("\n".join(after) + "\n")


if __name__ == "__main__":
    unittest.main()
