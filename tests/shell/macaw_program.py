# SPDX-License-Identifier: MIT
"""Runs the program macaw, which the environment variable MACAW_PROGRAM names, on files in a directory of the test."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest

PROGRAM = os.path.abspath(os.environ.get("MACAW_PROGRAM", "macaw"))


class Result:
    """What a run has left: `code`, `out` and `err` as bytes."""

    def __init__(self, finished):
        self.code = finished.returncode
        self.out = finished.stdout
        self.err = finished.stderr

    @property
    def text(self):
        return self.out.decode()

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def json_lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


class ProgramTest(unittest.TestCase):
    """A test with a directory of its own, in which programs run."""

    maxDiff = None

    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="macaw_shell_")
        self.addCleanup(shutil.rmtree, self.directory)

    def path(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, content):
        """Makes a file of text or bytes. Returns its name."""
        with open(self.path(name), "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        return name

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def call(self, *words, input=b"", **more):
        """Runs any program in the directory."""
        environment = dict(os.environ, MACAW_HISTORY="", LC_ALL="C.UTF-8")
        given = input.encode() if isinstance(input, str) else input
        return Result(subprocess.run(words, input=given, cwd=self.directory, env=environment,
                                     stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600, **more))

    def macaw(self, *words, code=0, input=b"", **more):
        """Runs macaw, which must end with this code."""
        result = self.call(PROGRAM, *words, input=input, **more)
        self.assertEqual(result.code, code, f"macaw {' '.join(words)}\n{result.out!r}\n{result.err.decode(errors='replace')}")
        return result

    def tool(self, *words, input=b""):
        """Runs another program, which must succeed."""
        result = self.call(*words, input=input)
        self.assertEqual(result.code, 0, f"{' '.join(words)}\n{result.err.decode(errors='replace')}")
        return result

    def assert_sound(self, database):
        self.assertTrue(self.macaw(database, "--json", ".check").json["ok"])
