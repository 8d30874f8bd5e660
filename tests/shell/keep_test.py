# SPDX-License-Identifier: MIT
"""Backups, copies without holes, and what can be rescued of damaged files."""

import os
import subprocess
import unittest
from random import Random

from macaw_program import PROGRAM, ProgramTest


class Keep(ProgramTest):
    def setUp(self):
        super().setUp()
        rows = "".join(f"put k{i:04} {'x' * 50}\n" for i in range(2000))
        self.macaw("t.macaw", input="create numbers text text\nbegin\n" + rows + "commit\nput last 1\nput last 2\n")
        self.rows = self.macaw("t.macaw", "scan").out

    def test_a_backup_is_checked_and_restored(self):
        said = self.macaw("t.macaw", "backup", "b.macaw").text
        self.assertIn("checked", said)
        self.assertEqual(self.macaw("b.macaw", "scan").out, self.rows)
        self.assertIn("ok", self.macaw("any.macaw", "verify", "b.macaw").text)
        self.macaw("t.macaw", "backup", "b.macaw", code=4)
        self.macaw("new.macaw", "restore", "b.macaw")
        self.assertEqual(self.macaw("new.macaw", "scan").out, self.rows)
        self.macaw("new.macaw", "put", "further", "1")
        self.macaw("new.macaw", "restore", "b.macaw", code=4)
        self.macaw("new.macaw", "restore", "b.macaw", "--replace")
        self.assertEqual(self.macaw("new.macaw", "scan").out, self.rows)
        self.assert_sound("new.macaw")

    def test_a_backup_goes_through_pipes(self):
        image = self.macaw("t.macaw", "backup", "-").out
        self.write("b.macaw", image)
        self.macaw("any.macaw", "verify", "b.macaw")
        self.macaw("new.macaw", "restore", "-", input=image)
        self.assertEqual(self.macaw("new.macaw", "scan").out, self.rows)
        self.macaw("cut.macaw", "restore", "-", input=image[:-5000], code=2)
        self.macaw("cut.macaw", "restore", "-", input=b"nonsense" * 5000, code=2)
        self.macaw("cut.macaw", "restore", "-", input=b"", code=2)
        self.assertFalse(os.path.exists(self.path("cut.macaw")))

    def test_a_backup_is_taken_in_a_session_that_goes_on(self):
        out = self.macaw("t.macaw", input="begin\nput open 1\nbackup b.macaw --json\ncommit\ncount\n").text.splitlines()
        self.assertEqual(out[-1], "2002")
        self.assertEqual(self.macaw("b.macaw", "count").text, "2001\n")

    def test_restoring_in_a_session_replaces_its_file(self):
        self.macaw("t.macaw", "backup", "b.macaw")
        out = self.macaw("t.macaw", "--quiet", input="erase --all\ncount\nrestore b.macaw --replace\ncount\n").text
        self.assertEqual(out, "0\n2001\n")
        self.macaw("t.macaw", input="begin\nrestore b.macaw --replace\n", code=3)
        self.macaw("t.macaw", input="restore - --replace\n", code=3)

    def test_a_copy_without_holes_is_smaller(self):
        self.macaw("t.macaw", "erase", "--prefix", "k1")
        report = self.macaw("t.macaw", "--json", "compact", "c.macaw").json
        self.assertLess(report["size_after"], report["size_before"])
        self.assertEqual(report["rows"], 1001)
        self.assertEqual(report["size_after"], os.path.getsize(self.path("c.macaw")))
        self.assertEqual(self.macaw("c.macaw", "scan").out, self.macaw("t.macaw", "scan").out)
        self.assert_sound("c.macaw")
        self.macaw("t.macaw", "compact", "c.macaw", code=4)

    def damage(self, name, pages):
        content = bytearray(self.read(name))
        for page in pages:
            content[page * 4096 + 100] ^= 0xFF
        self.write(name, bytes(content))

    def leaves(self):
        tree = self.macaw("t.macaw", "--json", ".tree").json_lines
        return [page["page"] for page in tree if page.get("role") == "leaf" and page.get("table") == "numbers"]

    def test_whole_files_are_salvaged_whole(self):
        report = self.macaw("t.macaw", "--json", "salvage", "s.macaw").json
        self.assertTrue(report["complete"])
        self.assertEqual(report["rows"], 2001)
        self.assertEqual(self.macaw("s.macaw", "scan").out, self.rows)
        self.assert_sound("s.macaw")

    def test_intact_leaves_of_a_damaged_file_are_rescued(self):
        lost = self.leaves()[3:5]
        self.damage("t.macaw", lost)
        self.assertIn(b"salvage", self.macaw("t.macaw", "scan", code=2).err)
        self.macaw("t.macaw", ".check", code=1)
        said = self.macaw("t.macaw", "salvage", "s.macaw", code=1).text
        self.assertIn("something is lost", said)
        self.assertIn(f"page {lost[0]}: ", said)
        self.assert_sound("s.macaw")
        rescued = self.macaw("s.macaw", "scan").out.splitlines()
        self.assertTrue(set(rescued) < set(self.rows.splitlines()))
        report = self.macaw("t.macaw", "--json", "salvage", "again.macaw", code=1).json
        self.assertEqual(report["tables"][0]["rows_lost"], 2001 - len(rescued))
        self.macaw("t.macaw", "salvage", "s.macaw", code=4)

    def test_a_file_without_metas_is_salvaged_with_its_uuid(self):
        uuid = self.macaw("t.macaw", "--json", ".meta").json["slots"][0]["uuid"]
        content = bytearray(self.read("t.macaw"))
        content[0:8192] = bytes(8192)
        self.write("t.macaw", bytes(content))
        self.macaw("t.macaw", "get", "last", code=2)
        report = self.macaw("t.macaw", "--json", "salvage", "s.macaw", "--uuid", uuid, code=1).json
        self.assertTrue(report["verified"])
        self.assertGreaterEqual(report["rows"], 2000)
        self.assert_sound("s.macaw")
        self.macaw("t.macaw", "salvage", "s2.macaw", "--uuid", "12", code=3)

    def test_salvaging_in_a_session_opens_the_file_again(self):
        out = self.macaw("t.macaw", "--quiet", input="count\nsalvage s.macaw --json\ncount\n").text.splitlines()
        self.assertEqual((out[0], out[2]), ("2001", "2001"))

    def test_no_damage_crashes_anything(self):
        seed = int(os.environ.get("MACAW_SEED", "20261120"))
        random = Random(seed)
        self.macaw("small.macaw", "--page-size", "512", input="create a text text\nbegin\n" + "".join(
            f"put k{i} {'x' * (i % 90 + 1)}\n" for i in range(150)) + f"put large {'y' * 5000}\ncommit\ncreate b u32\ncreate c\n")
        whole = self.read("small.macaw")
        failed = 0
        for _ in range(25):
            content = bytearray(whole)
            for _ in range(random.choice((1, 2, 30))):
                content[random.randrange(len(content))] = random.choice((0, 255, random.randrange(256)))
            self.write("hurt.macaw", bytes(content[:random.choice((len(content), random.randrange(len(content) + 1)))]))
            for command in (("scan", "--table", "a"), ("tables",), (".check",), ("put", "k5", "z", "--table", "a"),
                            ("salvage", "s.macaw")):
                result = self.call(PROGRAM, "hurt.macaw", *command)
                self.assertIn(result.code, range(5), f"seed {seed}: {command}: {result.err!r}")
                failed += result.code != 0
            if os.path.exists(self.path("s.macaw")):
                self.assert_sound("s.macaw")
                os.remove(self.path("s.macaw"))
        self.assertGreater(failed, 0)

    def test_nothing_is_salvaged_of_what_is_no_database(self):
        self.write("text.txt", "no database\n" * 1000)
        self.macaw("text.txt", "salvage", "s.macaw", code=2)
        self.assertFalse(os.path.exists(self.path("s.macaw")))

    def test_a_file_that_is_written_by_others_is_backed_up_by_them(self):
        with subprocess.Popen([PROGRAM, "t.macaw"], cwd=self.directory, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as holder:
            holder.stdin.write(b"count\n")
            holder.stdin.flush()
            holder.stdout.readline()
            for command in (("backup", "b.macaw"), ("salvage", "s.macaw"), ("restore", "b.macaw", "--replace")):
                self.macaw("t.macaw", *command, code=4)
            holder.stdin.close()
            holder.wait()


if __name__ == "__main__":
    unittest.main()
