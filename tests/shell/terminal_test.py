# SPDX-License-Identifier: MIT
"""The program as somebody uses it who types, through a pseudo-terminal."""

import os
import pty
import re
import select
import signal
import stat
import subprocess
import time
import unittest

from macaw_program import PROGRAM, ProgramTest

ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\x1b[=>]")
PATIENCE = 120


class Terminal:
    """A program on a pseudo-terminal."""

    def __init__(self, directory, words, stdin=None, **environment):
        self.seen = b""
        self.master, slave = pty.openpty()
        settings = dict(os.environ, TERM="xterm", LC_ALL="C.UTF-8", MACAW_HISTORY="", COLUMNS="200", LINES="50")
        settings.update(environment)
        self.process = subprocess.Popen([PROGRAM, *words], cwd=directory, env=settings, stdin=slave if stdin is None else stdin,
                                        stdout=slave, stderr=slave, start_new_session=True,
                                        preexec_fn=self.take_terminal)
        os.close(slave)

    @staticmethod
    def take_terminal():
        import fcntl
        import termios
        fcntl.ioctl(1, termios.TIOCSCTTY, 0)

    def type(self, text):
        os.write(self.master, text.encode() if isinstance(text, str) else text)

    def expect(self, wanted):
        """Waits until this shows. Returns what has shown until then, without escape sequences."""
        wanted = wanted.encode() if isinstance(wanted, str) else wanted
        until = time.monotonic() + PATIENCE
        while True:
            shown = ESCAPES.sub(b"", self.seen).replace(b"\r", b"")
            at = shown.find(wanted)
            if at >= 0:
                self.seen = shown[at + len(wanted):]
                return shown[:at + len(wanted)].decode(errors="replace")
            if not select.select([self.master], [], [], max(0, until - time.monotonic()))[0]:
                raise AssertionError(f"{wanted!r} does not show in {shown!r}")
            try:
                more = os.read(self.master, 65536)
            except OSError:
                more = b""
            if not more:
                raise AssertionError(f"the program has ended, and {wanted!r} does not show in {shown!r}")
            self.seen += more

    def run(self, line, prompt="> "):
        """Types a line, and returns what shows until the next prompt."""
        self.type(line + "\n")
        self.expect(line)
        return self.expect(prompt)

    def close(self):
        """Ends the program, if a test has not."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def end(self):
        """Waits for the end. Returns the exit code, and what showed."""
        shown = self.seen
        until = time.monotonic() + PATIENCE
        while True:
            if not select.select([self.master], [], [], max(0, until - time.monotonic()))[0]:
                raise AssertionError(f"the program does not end after {shown!r}")
            try:
                more = os.read(self.master, 65536)
            except OSError:
                break
            if not more:
                break
            shown += more
        code = self.process.wait(PATIENCE)
        os.close(self.master)
        return code, ESCAPES.sub(b"", shown).decode(errors="replace").replace("\r", "")


class Typing(ProgramTest):
    def start(self, *words, stdin=None, **environment):
        terminal = Terminal(self.directory, words or ("t.macaw",), stdin, **environment)
        self.addCleanup(terminal.close)
        return terminal

    def test_commands_are_typed_and_answered(self):
        shell = self.start()
        self.assertIn("made 't.macaw'", shell.expect("macaw:main> "))
        self.assertIn("added", shell.run('put alice "two words"'))
        self.assertIn("replaced", shell.run('put alice "two words"'))
        self.assertIn('alice  "two words"', shell.run("scan"))
        self.assertIn("there is no key bob", shell.run("get bob"))
        self.assertIn("usage: put KEY VALUE", shell.run("put"))
        self.assertIn("table  key    value  rows", shell.run("tables"))
        shell.type("\x04")
        code, _ = shell.end()
        self.assertEqual(code, 0)
        self.assert_sound("t.macaw")

    def test_the_prompt_shows_the_table_and_the_levels(self):
        shell = self.start()
        shell.expect("macaw:main> ")
        shell.run("create users text u64", "macaw:users> ")
        shell.run("begin", "macaw:users*> ")
        shell.run("begin", "macaw:users**> ")
        shell.run("use main", "macaw:main**> ")
        shell.run("rollback", "macaw:main*> ")
        shell.run("commit", "macaw:main> ")
        shell.type("quit\n")
        self.assertEqual(shell.end()[0], 0)

    def test_ctrl_d_in_a_transaction_warns_and_rolls_back(self):
        shell = self.start()
        shell.expect("> ")
        shell.run("put a 1")
        shell.run("begin")
        shell.run("put b 1")
        shell.type("\x04")
        code, shown = shell.end()
        self.assertEqual(code, 0)
        self.assertIn("the open transaction was rolled back", shown)
        self.assertEqual(self.macaw("t.macaw", "scan").out, b"a\t1\n")

    def test_lines_are_edited(self):
        shell = self.start()
        shell.expect("> ")
        shell.type("ut a 15\x01p\x05\x7f\n")  # to the beginning, to the end, one back
        shell.expect("added")
        shell.expect("> ")
        self.assertIn("\n1\n", shell.run("get a"))
        shell.type("put \xc3\xa9 2".encode("latin-1") + b"\n")
        shell.expect("added")
        shell.expect("> ")
        self.assertIn("\u00e9  2", shell.run("scan"))
        shell.type("\x04")
        shell.end()

    def test_history_is_kept_between_runs_for_its_owner_only(self):
        history = self.path("history")
        shell = self.start(MACAW_HISTORY=history)
        shell.expect("> ")
        shell.run("put remembered 1")
        shell.run(" put secret 1")
        shell.type("\x04")
        shell.end()
        self.assertEqual(stat.S_IMODE(os.stat(history).st_mode), 0o600)
        shell = self.start(MACAW_HISTORY=history)
        shell.expect("> ")
        shell.type("\x1b[A")
        shell.expect("put remembered 1")
        shell.type("\x7f2\n")
        shell.expect("replaced")
        shell.expect("> ")
        shell.type("\x04")
        shell.end()
        self.assertEqual(self.macaw("t.macaw", "get", "remembered").text, "2\n")

    def test_no_history_is_kept_where_none_is_wanted(self):
        shell = self.start(MACAW_HISTORY="", HOME=self.directory)
        shell.expect("> ")
        shell.run("put a 1")
        shell.type("\x04")
        shell.end()
        self.assertEqual(sorted(os.listdir(self.directory)), ["t.macaw"])

    def test_tab_completes_commands_tables_and_keys(self):
        self.macaw("t.macaw", input="create users text text\nput alice 1\nput alfred 2\nput \"b c\" 3\ncreate usage\n")
        shell = self.start()
        shell.expect("> ")
        shell.type("savep\t")
        shell.expect("savepoint ")
        shell.type("\x15us\t")
        shell.expect("use ")
        shell.type("us\t\t")
        shell.expect("usage  users")
        shell.type("e\t")
        shell.expect("users ")
        shell.type("\n")
        shell.expect("macaw:users> ")
        shell.type("get al\t\t")
        shell.expect("alfred  alice")
        shell.type("i\t\n")
        shell.expect("alice")
        shell.expect("1\n")
        shell.expect("> ")
        shell.type('get "b\t\n')
        shell.expect("3\n")
        shell.expect("> ")
        shell.type("scan use\t\n")
        shell.expect("alfred  2")
        shell.expect("> ")
        shell.type("help .sta\t\n")
        shell.expect(".stats [TABLE]")
        shell.expect("> ")
        shell.type("scan --rev\t\n")
        shell.expect("scan --reverse ")
        shell.expect("alice  1")
        shell.expect("> ")
        shell.type("get zzz\t\x15\x04")
        self.assertEqual(shell.end()[0], 0)

    def test_tab_finds_nothing_where_nothing_is(self):
        shell = self.start()
        shell.expect("> ")
        for line in ("xyz\t", "get \t", 'get "\t', "get (\t", "use \t", "begin \t", "what \t", "get --table \t"):
            shell.type(line + "\x15")
        self.assertIn("no tables", shell.run("tables"))
        shell.type("\x04")
        self.assertEqual(shell.end()[0], 0)

    def test_ctrl_c_ends_the_scan_and_not_the_program(self):
        self.macaw("t.macaw", input="begin\n" + "".join(f"put k{i:06} 1\n" for i in range(50000)) + "commit\n")
        shell = self.start()
        shell.expect("> ")
        shell.run("begin")
        shell.run("put a 1")
        shell.type("scan\n")
        shell.expect("k000100")
        shell.type("\x03")
        shown = shell.expect("interrupted")
        self.assertNotIn("k049999", shown)
        shell.expect("macaw:main*> ")
        self.assertIn("50001", shell.run("count"))
        shell.run("commit", "macaw:main> ")
        shell.type("\x04")
        self.assertEqual(shell.end()[0], 0)
        self.assertEqual(self.macaw("t.macaw", "count").text, "50001\n")

    def test_ctrl_c_empties_the_line(self):
        shell = self.start()
        shell.expect("> ")
        shell.type("put a 1\x03")
        shell.expect("^C")
        shell.expect("> ")
        self.assertIn("added", shell.run("put b 1"))
        shell.type("\x04")
        self.assertEqual(shell.end()[0], 0)
        self.assertEqual(self.macaw("t.macaw", "scan").out, b"b\t1\n")

    def test_a_single_command_is_interrupted_with_130(self):
        self.macaw("t.macaw", input="begin\n" + "".join(f"put k{i:06} 1\n" for i in range(20000)) + "commit\n")
        with subprocess.Popen([PROGRAM, "t.macaw", "scan"], cwd=self.directory, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as scan:
            scan.stdout.read(100)
            scan.send_signal(signal.SIGINT)
            scan.stdout.read()
            self.assertIn(b"interrupted", scan.stderr.read())
            self.assertEqual(scan.wait(PATIENCE), 130)

    def test_long_work_shows_how_far_it_is(self):
        source, sink = os.pipe()
        shell = self.start("t.macaw", "load", "-", "--format", "csv", "--table", "t", "--no-header", "--columns",
                           "key,value", stdin=source)
        os.close(source)
        rows = 0
        until = time.monotonic() + PATIENCE
        while b"loading" not in shell.seen and time.monotonic() < until:
            os.write(sink, b"".join(b"k%09d,1\n" % (rows + i) for i in range(500)))
            rows += 500
            if select.select([shell.master], [], [], 0.01)[0]:
                shell.seen += os.read(shell.master, 65536)
        os.close(sink)
        code, shown = shell.end()
        self.assertEqual(code, 0)
        self.assertIn("loading", shown)
        self.assertEqual(int(self.macaw("t.macaw", "count").text), rows)

    def test_a_damaged_file_can_still_be_looked_at(self):
        self.macaw("t.macaw", "put", "a", "1")
        content = bytearray(self.read("t.macaw"))
        content[0:8192] = bytes(b ^ 0x55 for b in content[0:8192])
        self.write("t.macaw", bytes(content))
        shell = self.start()
        shell.expect("macaw: ")
        shell.expect("> ")
        self.assertIn("macaw: ", shell.run("get a"))
        self.assertIn("salvage NEW", shell.run("help salvage"))
        shell.type("\x04")
        self.assertEqual(shell.end()[0], 0)

    def test_a_file_in_use_is_refused_with_4(self):
        first = self.start()
        first.expect("> ")
        second = self.start()
        code, shown = second.end()
        self.assertEqual(code, 4)
        self.assertIn("--readonly", shown)
        first.type("\x04")
        first.end()

    def test_colours_show_on_a_terminal_only_where_wanted(self):
        self.macaw("t.macaw", "put", "a", "1")
        for environment, coloured in (({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
            shell = self.start("t.macaw", "scan", **environment)
            shell.seen, raw = b"", b""
            while True:
                try:
                    more = os.read(shell.master, 65536)
                except OSError:
                    break
                if not more:
                    break
                raw += more
            self.assertEqual(b"\x1b[36ma\x1b[0m" in raw, coloured, (environment, raw))
            shell.process.wait(PATIENCE)
            os.close(shell.master)


if __name__ == "__main__":
    unittest.main()
