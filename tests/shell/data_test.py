# SPDX-License-Identifier: MIT
"""Rows, tables and transactions, through the command line and through scripts."""

import os
import subprocess
import unittest

from macaw_program import PROGRAM, ProgramTest

TYPED_TABLES = os.environ["MACAW_TYPED_TABLES"]


class Data(ProgramTest):
    def test_a_row_is_put_shown_and_erased(self):
        self.macaw("t.macaw", "put", "alice", "two words")
        self.assertEqual(self.macaw("t.macaw", "get", "alice").out, b"two words\n")
        self.macaw("t.macaw", "set", "alice", "other")
        self.assertEqual(self.macaw("t.macaw", "scan").out, b"alice\tother\n")
        self.macaw("t.macaw", "delete", "alice")
        self.assertEqual(self.macaw("t.macaw", "scan").out, b"")
        self.assert_sound("t.macaw")

    def test_what_is_not_there_ends_with_1(self):
        self.macaw("t.macaw", "put", "alice", "1")
        missing = self.macaw("t.macaw", "get", "bob", code=1)
        self.assertIn(b"there is no key bob in table 'main'", missing.err)
        self.assertEqual(missing.out, b"")
        self.assertEqual(self.macaw("t.macaw", "--quiet", "get", "bob", code=1).err, b"")
        self.macaw("t.macaw", "erase", "bob", code=1)
        self.macaw("t.macaw", "scan", "none", code=1)
        self.macaw("t.macaw", "scan", "--table", "none", code=1)
        self.macaw("t.macaw", "drop", "none", code=1)
        self.macaw("t.macaw", "rename", "none", "other", code=1)

    def test_any_bytes_come_back(self):
        self.macaw("t.macaw", "put", "b:00ff", "b:0a0d00")
        self.assertEqual(self.macaw("t.macaw", "get", "b:00ff").out, b"\n\r\0\n")
        self.assertEqual(self.macaw("t.macaw", "--hex", "scan").out, b"00ff\t0a0d00\n")
        self.assertEqual(self.macaw("t.macaw", "get", '"\\x00\\xff"', "--json").json, "\n\r\0")
        self.assertEqual(self.macaw("t.macaw", "scan", "--json", "--keys").json, {"key": {"hex": "00ff"}})

    def test_values_may_be_large(self):
        large = "x" * 1_000_000
        self.macaw("t.macaw", input=f"put large {large}\n")
        self.assertEqual(self.macaw("t.macaw", "get", "large").out, large.encode() + b"\n")
        self.assert_sound("t.macaw")

    def test_values_come_from_files_and_go_to_files(self):
        content = bytes(range(256)) * 300
        self.write("in", content)
        self.macaw("t.macaw", "put", "a", "--file", "in")
        self.macaw("t.macaw", "put", "b", "--file", "-", input=content[::-1])
        self.macaw("t.macaw", "get", "a", "--file", "out")
        self.assertEqual(self.read("out"), content)
        self.assertEqual(self.macaw("t.macaw", "get", "b").out, content[::-1] + b"\n")
        self.macaw("t.macaw", "get", "a", "--file", "out", code=4)
        self.macaw("t.macaw", "put", "c", "--file", "none", code=4)
        self.macaw("t.macaw", "put", "c", "1", "--file", "in", code=3)
        self.macaw("t.macaw", input="put c --file -\n", code=3)
        self.macaw("t.macaw", "create", "numbers", "text", "u64")
        self.macaw("t.macaw", "put", "c", "--file", "in", "--table", "numbers", code=3)
        self.assert_sound("t.macaw")

    def fill(self, file="t.macaw"):
        self.macaw(file, input="create numbers text u32\nbegin\n" + "".join(f"put k{i:03} {i % 10}\n" for i in range(200)) + "commit\n")

    def keys(self, *words):
        return self.macaw("t.macaw", "scan", "--keys", *words).text.split()

    def test_scan_shows_ranges_both_ways(self):
        self.fill()
        self.assertEqual(self.keys("--limit", "3"), ["k000", "k001", "k002"])
        self.assertEqual(self.keys("--limit=2", "--reverse"), ["k199", "k198"])
        self.assertEqual(self.keys("--from", "k010", "--to", "k013"), ["k010", "k011", "k012"])
        self.assertEqual(self.keys("--from", "k010", "--to", "k013", "--reverse"), ["k012", "k011", "k010"])
        self.assertEqual(self.keys("--prefix", "k19"), [f"k{i}" for i in range(190, 200)])
        self.assertEqual(self.keys("--prefix", "k19", "--from", "k195", "--to", "k197"), ["k195", "k196"])
        self.assertEqual(self.keys("--prefix", "x"), [])
        self.assertEqual(self.keys("--from", "k1", "--to", "k0"), [])
        self.assertEqual(self.keys("--limit", "0"), [])

    def test_count_counts_keys_ranges_and_values(self):
        self.fill()
        count = lambda *words: int(self.macaw("t.macaw", "count", *words).text)
        self.assertEqual(count(), 200)
        self.assertEqual(count("--prefix", "k19"), 10)
        self.assertEqual(count("--from", "k010", "--to", "k013"), 3)
        self.assertEqual(count("--value", "3"), 20)
        self.assertEqual(count("--value", "3", "--prefix", "k19"), 1)
        self.assertEqual(self.macaw("t.macaw", "--json", "count").json, {"table": "numbers", "count": 200})

    def test_ranges_are_erased(self):
        self.fill()
        self.assertEqual(self.macaw("t.macaw", "--json", "erase", "--prefix", "k0").json, {"erased": 100})
        self.macaw("t.macaw", "erase", "--from", "k110")
        self.assertEqual(self.keys(), [f"k{i}" for i in range(100, 110)])
        self.macaw("t.macaw", "erase", "k100", "k101", "k102")
        self.macaw("t.macaw", "erase", code=3)
        self.macaw("t.macaw", "erase", "k103", "--all", code=3)
        self.macaw("t.macaw", "erase", "--all")
        self.assertEqual(self.keys(), [])
        self.assert_sound("t.macaw")

    def test_every_page_size_opens(self):
        for size in os.environ["MACAW_SHELL_PAGE_SIZES"].split(":"):
            for pager in ("file", "mmap"):
                name = f"{size}.macaw"
                self.macaw("--page-size", size, "--pager", pager, name, "put", pager, size)
                self.assertEqual(self.macaw(name, "get", pager).text, size + "\n")
                self.assertEqual(self.macaw("--pager", pager, name, "--readonly", "count").text, "1\n" if pager == "file" else "2\n")
            self.assert_sound(name)


class Tables(ProgramTest):
    def test_tables_are_made_listed_renamed_and_dropped(self):
        self.macaw("t.macaw", "create", "users", "text", "tuple(text, u32)")
        self.macaw("t.macaw", "create", "log", "u64")
        self.macaw("t.macaw", "put", "1", "started", "--table", "log")
        self.assertEqual(self.macaw("t.macaw", "tables").out, b"log\tu64\tbytes\t1\nusers\ttext\ttuple(text,u32)\t0\n")
        self.assertEqual(self.macaw("t.macaw", "--json", "tables").json_lines,
                         [{"table": "log", "key": "u64", "value": "bytes", "rows": 1},
                          {"table": "users", "key": "text", "value": "tuple(text,u32)", "rows": 0}])
        self.macaw("t.macaw", "rename", "log", "users", code=3)
        self.macaw("t.macaw", "rename", "log", "journal")
        self.assertEqual(self.macaw("t.macaw", "get", "1", "--table", "journal").text, "started\n")
        self.macaw("t.macaw", "drop", "journal")
        self.assertEqual(self.macaw("t.macaw", "tables").out, b"users\ttext\ttuple(text,u32)\t0\n")
        self.macaw("t.macaw", "create", "users", code=3)
        self.assert_sound("t.macaw")

    def test_types_that_are_none_are_refused(self):
        for types in (("u9",), ("tuple()",), ("raw(4)",), ("text", "raw(0)"), ("own",)):
            self.assertIn(b"type", self.macaw("t.macaw", "create", "t", *types, code=3).err)
        self.macaw("t.macaw", "create", "t", "array(u64,200)", code=3)  # too large for a key
        self.macaw("t.macaw", "create", "", code=3)
        self.macaw("t.macaw", "create", "n" * 65, code=3)
        self.assertEqual(self.macaw("t.macaw", "tables").out, b"")

    def test_the_only_table_is_the_one_in_use(self):
        self.macaw("t.macaw", "create", "only", "text")
        self.macaw("t.macaw", "put", "a", "1")
        self.assertEqual(self.macaw("t.macaw", "use").text, "only\n")
        self.macaw("t.macaw", "create", "second")
        self.assertEqual(self.macaw("t.macaw", "use").text, "main\n")
        self.assertEqual(self.macaw("--table", "only", "t.macaw", "get", "a").text, "1\n")
        self.assertEqual(self.macaw("t.macaw", "--table=only", "get", "a").text, "1\n")
        self.assertEqual(self.macaw("t.macaw", "scan", "only").text, "a\t1\n")
        self.assertEqual(self.macaw("t.macaw", "count", '"only"').text, "1\n")
        self.macaw("t.macaw", "scan", "only", "--table", "second", code=3)
        self.assertEqual(self.macaw("t.macaw", input="use only\nget a\n").text, "1\n")

    def test_typed_values_must_fit_their_type(self):
        self.macaw("t.macaw", "create", "t", "u8", "optional(f64)")
        self.macaw("t.macaw", "put", "255", "0.5")
        self.macaw("t.macaw", "put", "0", "null")
        self.macaw("t.macaw", "put", "b:07", "b:00" + "0" * 16)
        for key, value in (("256", "1"), ("-1", "1"), ("x", "1"), ("1", "x"), ("b:0000", "1"), ("1", "b:02"), ("1", "")):
            self.assertIn(b"is not", self.macaw("t.macaw", "put", key, value, code=3).err)
        self.assertEqual(self.macaw("t.macaw", "scan").out, b"0\tnull\n7\tnull\n255\t0.5\n")
        self.assertEqual(self.macaw("t.macaw", "--json", "scan").json_lines,
                         [{"key": 0, "value": None}, {"key": 7, "value": None}, {"key": 255, "value": 0.5}])

    def test_tables_of_any_type_know_what_is_in_them(self):
        self.macaw("t.macaw", input='create t any any\nput u:1 i:-1\nput "u:1" "1"\nput null true\nput f:0.5 b:00\n')
        self.assertEqual(self.macaw("t.macaw", "scan").out, b'null\ttrue\nu:1\ti:-1\nf:0.5\tb:00\n"u:1"\t"1"\n')
        self.assertEqual(self.macaw("t.macaw", "--json", "get", "u:1").json, {"alternative": 2, "value": -1})

    def test_composite_keys_have_prefixes(self):
        self.macaw("t.macaw", input='create w tuple(text,u32) u8\nput (tree,1) 1\nput (tree,2) 2\nput ("a b",1) 3\nput (trees,1) 4\n')
        self.assertEqual(self.macaw("t.macaw", "scan", "--prefix", "(tree)").out, b"(tree, 1)\t1\n(tree, 2)\t2\n")
        self.assertEqual(self.macaw("t.macaw", "scan", "--from", "(tree, 2)").out, b"(tree, 2)\t2\n(trees, 1)\t4\n")
        self.assertEqual(self.macaw("t.macaw", "count", "--to", "(tree)").text, "1\n")
        self.macaw("t.macaw", "scan", "--prefix", "(tree, x)", code=3)
        self.macaw("t.macaw", input="create n u32\n")
        self.macaw("t.macaw", "scan", "--table", "n", "--prefix", "4", code=3)

    def test_typed_tables_of_programs_are_shown_and_changed(self):
        self.tool(TYPED_TABLES, "make", "p.macaw")
        show = lambda table: self.macaw("p.macaw", "scan", "--table", table).text
        self.assertEqual(show("users"), 'ada\t("Ada Lovelace", 36)\n')
        self.assertEqual(show("events"), "7\tboot\n")
        self.assertEqual(show("words"), "(tree, 3)\t0.5\n")
        self.assertEqual(show("newest"), "-1\ti:42\n")
        self.assertEqual(show("shouts"), "1\tb:68657921\n")
        json = lambda table: self.macaw("p.macaw", "--json", "scan", "--table", table).json
        self.assertEqual(json("users"), {"key": "ada", "value": ["Ada Lovelace", 36]})
        self.assertEqual(json("words"), {"key": ["tree", 3], "value": 0.5})
        self.assertEqual(json("newest"), {"key": -1, "value": {"alternative": 1, "value": 42}})
        self.assertEqual(json("shouts"), {"key": 1, "value": {"hex": "68657921"}})
        self.assertEqual(len(json("wide")["value"]), 100)
        wide = ",".join(["0"] * 99 + ["9"])
        self.macaw("p.macaw", input=f'put zed (Zed,1) --table users\nput 8 halt --table events\nput ("a b",4) null --table words\n'
                                    f'put 5 "text" --table newest\nput 2 "ho!" --table shouts\nput 2 ({wide}) --table wide\n')
        self.tool(TYPED_TABLES, "check", "p.macaw")
        self.assert_sound("p.macaw")


class Transactions(ProgramTest):
    def test_what_is_committed_stays_and_what_is_rolled_back_goes(self):
        out = self.macaw("t.macaw", input="put a 1\nbegin\nput a 2\nput b 2\nbegin\nput a 3\nerase b\nget a\nrollback\nget a\nscan\n"
                                          "begin\nput c 4\ncommit\ncommit\nbegin\nput d 5\nrollback\nscan\n").out
        self.assertEqual(out, b"3\n2\na\t2\nb\t2\na\t2\nb\t2\nc\t4\n")
        self.assertEqual(self.macaw("t.macaw", "count").text, "3\n")
        self.assert_sound("t.macaw")

    def test_savepoints_are_returned_to_and_released(self):
        script = ("begin\nput a 1\nsavepoint one\nput a 2\nsavepoint two\nput a 3\nrollback two\nget a\nrollback one\nget a\n"
                  "put a 4\nsavepoint two\nrelease one\ncommit\nget a\n")
        self.assertEqual(self.macaw("t.macaw", input=script).out, b"2\n1\n4\n")

    def test_savepoints_that_are_not_there_are_refused(self):
        self.macaw("t.macaw", input="begin\nsavepoint a\nrelease a\nrollback a\n", code=3)
        self.macaw("t.macaw", input="begin\nsavepoint a\nbegin\nrollback a\n", code=3)
        self.macaw("t.macaw", input="begin\nrollback a\ncommit\n", code=1)
        self.macaw("t.macaw", input="savepoint a\n", code=3)
        self.macaw("t.macaw", input="commit\n", code=3)
        self.macaw("t.macaw", input="rollback\n", code=3)

    def test_a_command_that_fails_leaves_the_transaction_as_it_was(self):
        too_long = "k" * 5000
        first = self.macaw("t.macaw", input=f"begin\nput a 1\nput {too_long} 1\n", code=3)
        self.assertIn(b"<stdin>:3:", first.err)
        self.assertIn(b"rolled back", first.err)
        self.assertEqual(self.macaw("t.macaw", "tables").out, b"")
        self.macaw("t.macaw", input="begin\nput a 1\nget missing\ncommit\n", code=1)
        self.assertEqual(self.macaw("t.macaw", "scan").out, b"a\t1\n")

    def test_a_script_that_ends_in_a_transaction_is_undone(self):
        result = self.macaw("t.macaw", input="put a 1\nbegin\nput b 1\n", code=3)
        self.assertIn(b"rolled back", result.err)
        self.assertEqual(self.macaw("t.macaw", "scan").out, b"a\t1\n")

    def test_tables_made_in_a_transaction_go_with_it(self):
        self.macaw("t.macaw", input="put a 1\nbegin\ncreate t u32\nput 1 x\ndrop main\nrollback\n")
        self.assertEqual(self.macaw("t.macaw", "tables").out, b"main\tbytes\tbytes\t1\n")


class Programs(ProgramTest):
    def test_wrong_usage_ends_with_3(self):
        self.macaw(code=3)
        self.macaw("--wrong", "t.macaw", code=3)
        self.macaw("--color", "blue", "t.macaw", "tables", code=3)
        self.macaw("--pager", "disk", "t.macaw", "tables", code=3)
        self.macaw("--page-size", "1000", "t.macaw", "put", "a", "b", code=3)
        self.macaw("t.macaw", "what", code=3)
        self.macaw("t.macaw", "put", "a", code=3)
        self.macaw("t.macaw", "put", "a", "b", "c", code=3)
        self.macaw("t.macaw", "put", "a", "b", "--wrong", code=3)
        self.assertIn(b"usage: put KEY VALUE", self.macaw("t.macaw", "put", code=3).err)
        self.assertFalse(os.path.exists(self.path("t.macaw")))
        self.macaw("t.macaw", "put", "--", "--wrong", "b")
        self.assertEqual(self.macaw("t.macaw", ".tables").text, "main\tbytes\tbytes\t1\n")
        self.macaw("t.macaw", "scan", "--limit", "x", code=3)
        self.macaw("t.macaw", "scan", "--limit", code=3)

    def test_help_is_there_without_a_file(self):
        self.assertIn("usage: macaw", self.macaw("--help").text)
        self.assertRegex(self.macaw("--version").text, r"^macaw \d+\.\d+\.\d+\n$")
        listed = self.macaw("none.macaw", "help").text
        for name in ("put", "get", "erase", "scan", "count", "tables", "use", "create", "rename", "drop", "begin", "commit",
                     "rollback", "savepoint", "release", "backup", "restore", "compact", "salvage", "verify", "dump", "load",
                     ".stats", ".tree", ".page", ".pages", ".freelist", ".readers", ".meta", ".check", "report", "help"):
            self.assertIn(f"  {name} ", listed)
            described = self.macaw("none.macaw", "help", name).text
            self.assertEqual(described.split()[0], name)
            self.assertEqual(self.macaw("none.macaw", name, "--help").text, described)
        self.assertIn("b:00ff", self.macaw("none.macaw", "help", "values").text)
        self.macaw("none.macaw", "help", "what", code=3)
        self.assertFalse(os.path.exists(self.path("none.macaw")))

    def test_files_that_are_not_there_or_no_databases_are_told_apart(self):
        self.assertIn(b"none.macaw", self.macaw("none.macaw", "get", "a", code=4).err)
        self.macaw("none/none.macaw", "put", "a", "b", code=4)
        self.write("text.txt", "this is no database, but text\n" * 1000)
        self.assertIn(b"not a macaw database", self.macaw("text.txt", "get", "a", code=2).err)
        self.macaw("text.txt", "put", "a", "b", code=2)
        self.assertEqual(self.read("text.txt"), b"this is no database, but text\n" * 1000)
        self.write("empty.macaw", "")
        self.macaw("empty.macaw", "get", "a", code=2)
        self.macaw("empty.macaw", "put", "a", "b")
        self.assertEqual(self.macaw("empty.macaw", "get", "a").text, "b\n")

    def test_damage_ends_with_2(self):
        self.macaw("t.macaw", input="begin\n" + "".join(f"put {i} {'x' * 100}\n" for i in range(1000)) + "commit\n"
                              + "put other 1 --table other\n" * 2)
        content = bytearray(self.read("t.macaw"))
        for page in range(3, len(content) // 4096):
            content[page * 4096 + 100] ^= 0xFF
        self.write("t.macaw", bytes(content))
        result = self.macaw("t.macaw", "scan", "--table", "main", code=2)
        self.assertIn(b"salvage", result.err)
        self.macaw("t.macaw", ".check", code=1)

    def test_a_file_in_use_ends_with_4_and_advice(self):
        self.tool(TYPED_TABLES, "make", "p.macaw")
        with subprocess.Popen([TYPED_TABLES, "hold", "p.macaw"], cwd=self.directory, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as holder:
            self.assertEqual(holder.stdout.readline(), b"open\n")
            for command in (("scan",), ("put", "a", "b"), (".check",), ("--readonly", "scan")):
                result = self.macaw("p.macaw", *command, code=4)
                self.assertIn(b"is open in another process", result.err)
                self.assertIn(b"--readonly", result.err)
            holder.stdin.close()
            holder.wait()
        self.macaw("p.macaw", ".check")

    def test_many_may_read_at_once(self):
        self.macaw("t.macaw", "put", "a", "1")
        with subprocess.Popen([PROGRAM, "--readonly", "t.macaw"], cwd=self.directory, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as reader:
            reader.stdin.write(b"get a\n")
            reader.stdin.flush()
            self.assertEqual(reader.stdout.readline(), b"1\n")
            self.assertEqual(self.macaw("--readonly", "t.macaw", "get", "a").text, "1\n")
            self.assertEqual(self.macaw("t.macaw", "get", "a").text, "1\n")
            self.macaw("t.macaw", "put", "b", "1", code=4)
            reader.stdin.close()
            reader.wait()

    def test_readonly_changes_nothing(self):
        self.macaw("t.macaw", "put", "a", "1")
        before = self.read("t.macaw")
        for command in (("put", "a", "2"), ("erase", "a"), ("create", "t"), ("drop", "main"), ("begin",), ("restore", "t.macaw")):
            self.macaw("--readonly", "t.macaw", *command, code=3)
        self.assertEqual(self.read("t.macaw"), before)

    def test_scripts_name_file_and_line(self):
        self.write("script", "# a remark\n\nput a 1\nput b\n")
        result = self.macaw("t.macaw", "source", "script", code=3)
        self.assertIn(b"script:4: a word is missing", result.err)
        self.assertEqual(self.macaw("t.macaw", "get", "a").text, "1\n")
        self.assertIn(b"<stdin>:2:", self.macaw("t.macaw", input="get a\nget \"open\n", code=3).err)
        self.macaw("t.macaw", "source", "none", code=4)
        self.write("loop", "source loop\n")
        self.macaw("t.macaw", "source", "loop", code=3)
        self.assertEqual(self.macaw("t.macaw", input="get a\nquit\nget b\n").out, b"1\n")

    def test_hostile_lines_are_refused_and_nothing_more(self):
        lines = ["\0", "put \0 \0", '"', "(", "put (((((((((((((((( 1", 'put "\\x" 1', "put b:0 1", "scan --limit -1", "-- -- --",
                 "put " + "(" * 10000, "create t " + "tuple(" * 10000, "create t array(array(array(u8,65536),65536),65536)",
                 "get @99999999999999999999:1", "put nan: 1 2 3", "\xff\xfe", "a" * 100000, "use \x07", "create \x1b[31m"]
        for line in lines:
            result = self.call(PROGRAM, "t.macaw", input=line.encode("latin-1") + b"\n")
            self.assertIn(result.code, (0, 1, 3), line[:50])
        self.assert_sound("t.macaw")

    def test_colours_come_when_asked_for(self):
        self.macaw("t.macaw", "put", "a", "1")
        self.assertEqual(self.macaw("t.macaw", "--color", "always", "scan").out, b"\x1b[36ma\x1b[0m\t1\n")
        self.assertEqual(self.macaw("t.macaw", "--color=never", "scan").out, b"a\t1\n")
        self.assertIn(b"\x1b[31mmacaw: \x1b[0m", self.macaw("--color", "always", "t.macaw", "get", "b", code=1).err)

    def test_a_full_disk_is_an_error(self):
        self.macaw("t.macaw", "put", "a", "1")
        with open("/dev/full", "wb") as full:
            finished = subprocess.run([PROGRAM, "t.macaw", "scan"], cwd=self.directory, stdout=full, stderr=subprocess.PIPE)
        self.assertEqual(finished.returncode, 4)
        self.assertIn(b"standard output", finished.stderr)


if __name__ == "__main__":
    unittest.main()
