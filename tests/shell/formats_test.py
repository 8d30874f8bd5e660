# SPDX-License-Identifier: MIT
"""dump and load: the dump format of LMDB and Berkeley DB, with these programs themselves; JSON lines; CSV.

MACAW_ROWS=1000000 python3 tests/shell/formats_test.py LoadingMuch     loads a million rows of 500 bytes
"""

import csv
import io
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import time
import unittest

from macaw_program import PROGRAM, ProgramTest

ROWS = int(os.environ.get("MACAW_ROWS", "20000"))
SEED = int(os.environ.get("MACAW_SEED", "1"))

HEAD = "VERSION=3\nformat=bytevalue\ndatabase=t\ntype=btree\nHEADER=END\n"
PRINT_HEAD = HEAD.replace("bytevalue", "print")
TAIL = "DATA=END\n"

# What a text format may stumble over. LMDB has no empty keys.
BINARY_ROWS = sorted({
    bytes(range(256)): b"\\5c\\\\",
    b"\\": b"",
    b"\\00": b"\x00",
    b"\x00": b" leading and trailing ",
    b"\x00\xff\n": b"line\nends\r\n",
    b"\xff" * 200: bytes(range(256)) * 40,
    b" ": b"\t",
    b"key": "g\u00fc\u00df\u00e9 \u4e16".encode(),
    b"DATA=END": b"HEADER=END",
}.items())


def dump(rows, name="t", head=HEAD):
    text = head.replace("database=t", f"database={name}")
    for key, value in rows:
        text += f" {key.hex()}\n {value.hex()}\n"
    return text + TAIL


def rows_of(text):
    """The sections of a dump in hexadecimal digits: {name: {key: value}}."""
    tables = {}
    for section in text.split("VERSION=3\n")[1:]:
        head, data = section.split("HEADER=END\n")
        name = re.search("database=(.*)", head)
        lines = data.split("\n")
        assert lines[-2] == "DATA=END" and lines[-1] == "", lines[-2:]
        values = [bytes.fromhex(line) for line in lines[:-2]]
        tables[name.group(1) if name else None] = dict(zip(values[::2], values[1::2]))
    return tables


class FormatTest(ProgramTest):
    def load(self, database, content, *options, code=0, name="input"):
        self.write(name, content)
        return self.macaw(database, "load", name, *options, code=code)

    def tables(self, database, *names):
        return rows_of(self.macaw(database, "dump", *names).text)

    def refuse(self, content, reason, *options, name="input"):
        """Loading must fail with this reason, at a place, and leave a sound database."""
        result = self.load("refused.macaw", content, *options, code=3, name=name)
        self.assertIn(reason, result.err.decode())
        self.assertRegex(result.err.decode(), rf"{re.escape(name)}:\d+: ")
        self.assert_sound("refused.macaw")


class OtherDatabases:
    """What holds with LMDB as with Berkeley DB. Two tables, binary keys and values."""

    def sections(self):
        return {"first": dict(BINARY_ROWS), "second": {b"a": b"1", b"b": b"2"}}

    def given(self):
        return "".join(dump(rows.items(), name) for name, rows in self.sections().items())

    def test_ours_goes_there_and_comes_back(self):
        for form in ([], ["--print"]):
            with self.subTest(form=form):
                self.load("a.macaw", self.given())
                ours = self.macaw("a.macaw", "dump", "--format", self.form, *form).out
                theirs = self.through(ours)
                self.assertEqual(rows_of(theirs), self.sections())
                self.load("b.macaw", theirs)
                self.assertEqual(self.tables("b.macaw"), self.sections())
                self.assert_sound("b.macaw")
                for database in ("a.macaw", "b.macaw"):
                    os.remove(self.path(database))

    def test_a_table_goes_there_without_its_name(self):
        self.load("a.macaw", self.given())
        theirs = self.through(self.macaw("a.macaw", "dump", "second", "--unnamed", "--format", self.form).out, named=False)
        self.assertEqual(rows_of(theirs), {None: self.sections()["second"]})
        self.load("b.macaw", theirs, "--table", "anew")
        self.assertEqual(self.tables("b.macaw"), {"anew": self.sections()["second"]})

    def test_names_keep_their_characters(self):
        name = "caf\u00e9 \\41 = \"x\""
        self.load("a.macaw", dump([(b"k", b"v")]))
        self.macaw("a.macaw", "rename", "t", '"caf\u00e9 \\\\41 = \\"x\\""')
        theirs = self.through(self.macaw("a.macaw", "dump", "--format", self.form).out)
        self.load("b.macaw", theirs)
        self.assertEqual([row["table"] for row in self.macaw("b.macaw", "--json", "tables").json_lines], [name])


@unittest.skipUnless(shutil.which("mdb_load"), "LMDB's programs are not here")
class Lmdb(OtherDatabases, FormatTest):
    form = "lmdb"

    def through(self, content, named=True):
        shutil.rmtree(self.path("lmdb"), ignore_errors=True)
        os.mkdir(self.path("lmdb"))
        self.write("lmdb.dump", content)
        self.tool("mdb_load", "-f", "lmdb.dump", "lmdb")
        return self.tool("mdb_dump", *(["-a"] if named else []), "lmdb").text

    def test_a_dump_larger_than_the_default_map_fits(self):
        draw = random.Random(SEED)
        rows = {draw.randbytes(20): draw.randbytes(4000) for _ in range(4000)}
        self.load("a.macaw", dump(rows.items()))
        self.assertEqual(rows_of(self.through(self.macaw("a.macaw", "dump").out)), {"t": rows})

    def test_its_text_dumps_are_read(self):
        # Without backslashes, which mdb_dump of LMDB 0.9.24 writes as they are.
        rows = {key: value for key, value in BINARY_ROWS if b"\\" not in key + value}
        self.through(dump(rows.items()))
        theirs = self.tool("mdb_dump", "-p", "-a", "lmdb").text
        self.assertIn("format=print", theirs)
        self.load("b.macaw", theirs)
        self.assertEqual(self.tables("b.macaw"), {"t": rows})

    def test_it_passes_over_the_types_that_we_write(self):
        self.macaw("a.macaw", "create", "numbers", "u32", "text")
        self.macaw("a.macaw", "put", "7", "seven", "--table", "numbers")
        ours = self.macaw("a.macaw", "dump", "--types").out
        self.assertEqual(rows_of(self.through(ours)), {"numbers": {b"\0\0\0\x07": b"seven"}})
        self.load("b.macaw", ours)
        self.assertEqual(self.macaw("b.macaw", "--json", "tables").json,
                         {"table": "numbers", "key": "u32", "value": "text", "rows": 1})


@unittest.skipUnless(shutil.which("db_load"), "Berkeley DB's programs are not here")
class BerkeleyDb(OtherDatabases, FormatTest):
    form = "db"

    def through(self, content, named=True):
        if os.path.exists(self.path("berkeley.db")):
            os.remove(self.path("berkeley.db"))
        self.write("berkeley.dump", content)
        self.tool("db_load", "-f", "berkeley.dump", "berkeley.db")
        return self.tool("db_dump", "berkeley.db").text

    def test_its_text_dumps_are_read(self):
        self.through(self.given())
        theirs = self.tool("db_dump", "-p", "berkeley.db").text
        self.assertIn("format=print", theirs)
        self.load("b.macaw", theirs)
        self.assertEqual(self.tables("b.macaw"), self.sections())

    def test_its_hashes_are_read(self):
        theirs = self.through(self.given().replace("btree", "hash"))
        self.assertIn("type=hash", theirs)
        self.load("b.macaw", theirs)
        self.assertEqual(self.tables("b.macaw"), self.sections())

    def test_second_values_of_a_key_are_refused(self):
        several = dump([(b"a", b"1"), (b"a", b"2"), (b"b", b"3")], head=HEAD.replace("HEADER=END", "duplicates=1\nHEADER=END"))
        theirs = self.through(several)
        self.assertIn("duplicates=1", theirs)
        self.refuse(theirs, "a second value of the same key")
        lenient = self.load("b.macaw", theirs, "--keep-going", code=3)
        self.assertEqual(len(lenient.err.splitlines()), 1)
        self.assertEqual(self.tables("b.macaw"), {"t": {b"a": b"1", b"b": b"3"}})


class DumpsOfNobody(FormatTest):
    """What no program has written, or not so."""

    def test_wrong_dumps_are_refused_where_they_are_wrong(self):
        row = " 61\n 62\n"
        for content, reason in [
            (HEAD + " 616\n 62\n" + TAIL, "input:6: an odd number of hexadecimal digits"),
            (HEAD + row + " 6x\n 62\n" + TAIL, "input:8: a character that is no hexadecimal digit"),
            (HEAD + " 61\n 6\0\n" + TAIL, "input:7: a character that is no hexadecimal digit"),
            (HEAD + "61\n 62\n" + TAIL, "input:6: expected a line that begins with a space"),
            (HEAD + " 61\n" + TAIL, "input:7: the key of line 6 has no value"),
            (HEAD + row, "input:7: the input ends within a table: DATA=END is missing"),
            (HEAD + row + " 63", "input:8: the key of line 8 has no value"),
            (HEAD[:-11], "input:4: the input ends within a header"),
            (HEAD + TAIL + "rubbish\n", "input:7: expected VERSION=3"),
            (HEAD.replace("=3", "=2"), "input:1: only version 3"),
            (HEAD.replace("format=", "VERSION="), "input:2: a second VERSION"),
            (HEAD.replace("bytevalue", "octal"), "input:2: format 'octal'"),
            (HEAD.replace("type=btree", "rubbish"), "input:4: expected name=value"),
            (HEAD.replace("btree", "recno"), "input:5: a dump of type recno"),
            (HEAD.replace("type=btree", "keys=0"), "input:5: a dump of type btree without keys"),
            (HEAD.replace("database=t", "database=" + "n" * 65), "input:5: "),
            (HEAD.replace("type=btree", "macaw_key=u32\nmacaw_widths=4"), "input:5: expected macaw_widths"),
            (HEAD.replace("type=btree", "macaw_value=u32\nmacaw_key=optional(descending(f64,"), ""),
            (PRINT_HEAD + " a\\\n b\n" + TAIL, "input:6: a backslash without"),
            (PRINT_HEAD + " a\\4\n b\n" + TAIL, "input:6: a backslash without"),
            (PRINT_HEAD + " a\\x1\n b\n" + TAIL, "input:6: a backslash without"),
            (PRINT_HEAD + " a\tb\n b\n" + TAIL, "input:6: a control character"),
            (PRINT_HEAD + " a\0b\n b\n" + TAIL, "input:6: a control character"),
        ]:
            with self.subTest(reason=reason, content=content):
                if reason:
                    self.refuse(content, reason, "--format", "dump")
                else:
                    self.assertIn(self.load("odd.macaw", content + TAIL, code=0).code, (0, 3))
        self.refuse("", "input:0: the input is empty", "--format", "dump")
        self.refuse(HEAD + " " + "61" * 600 + "\n 62\n" + TAIL, "input:6: the line is longer than 1000 bytes",
                    "--line-max", "1000")

    def test_dumps_may_end_their_lines_as_other_systems_do(self):
        self.load("a.macaw", dump(BINARY_ROWS).replace("\n", "\r\n"))
        self.assertEqual(self.tables("a.macaw"), {"t": dict(BINARY_ROWS)})

    def test_digits_may_be_large_and_text_may_have_doubled_backslashes(self):
        self.load("a.macaw", HEAD + " 0AfF\n 0b\n" + TAIL + PRINT_HEAD + " \\\\\\AF\n \u00e9\n" + TAIL)
        self.assertEqual(self.tables("a.macaw"), {"t": {b"\x0a\xff": b"\x0b", b"\\\xaf": "\u00e9".encode()}})

    def test_no_damage_to_a_dump_does_more_than_fail(self):
        whole = dump(BINARY_ROWS[:5]).encode()
        draw = random.Random(SEED)
        for _ in range(25):
            content = bytearray(whole)
            if draw.random() < 0.5:
                del content[draw.randrange(len(content)):]
            else:
                for _ in range(3):
                    content[draw.randrange(len(content))] = draw.randrange(256)
            with self.subTest(seed=SEED, content=bytes(content)):
                self.write("input", bytes(content))
                result = self.call(PROGRAM, "d.macaw", "load", "input", "--format", "dump")
                self.assertIn(result.code, (0, 3), result.err)
                if result.code == 3:
                    self.assertRegex(result.err.decode(errors="replace"), r"input:\d+: ")
        self.assert_sound("d.macaw")

    def test_what_no_program_of_the_table_could_read_is_refused(self):
        self.macaw("a.macaw", "create", "t", "u32", "bool")
        self.assertIn(b"input:6: the key is no encoding of u32", self.load("a.macaw", HEAD + " 61\n 01\n" + TAIL, code=3).err)
        self.assertIn(b"input:6: the value is no encoding of bool",
                      self.load("a.macaw", HEAD + " 00000001\n 02\n" + TAIL, code=3).err)
        self.load("a.macaw", HEAD + " 00000001\n 01\n" + TAIL)
        self.assertEqual(self.macaw("a.macaw", "--json", "dump", "--format", "jsonl").json_lines[1:],
                         [{"table": "t", "key": 1, "value": True}])


class JsonLines(FormatTest):
    def test_rows_of_every_type_come_back_from_json_and_csv(self):
        lines = [
            ["u64", "text", 18446744073709551615, "g\u00fc\u00df \u4e16 \"\\\n"],
            ["i64", "f64", -9223372036854775808, 0.1],
            ["f32", "bool", -1.5, True],
            ["text", "bytes", "", {"hex": "00ff"}],
            ["bytes", "optional(u32)", {"hex": "ff"}, None],
            ["tuple(text,u32)", "struct(text,optional(bytes))", ["a\u0000b", 3], ["x", None]],
            ["descending(u8)", "variant(u32,text)", 200, {"alternative": 1, "value": "v"}],
            ["array(u16,3)", "empty", [1, 2, 3], None],
            ["bool", "enum(u8)", False, 9],
            ["text", "f64", "not a number", {"float": "nan"}],
            ["text", "optional(text)", "b:00", "null"],
            ["text", "struct(f64,tuple(u8,text))", "inf", [{"float": "-inf"}, [1, "(,)\""]]],
        ]
        text = ""
        for i, (key_codec, value_codec, key, value) in enumerate(lines):
            text += json.dumps({"table": f"t{i:02}", "key_codec": key_codec, "value_codec": value_codec}) + "\n"
            text += json.dumps({"table": f"t{i:02}", "key": key, "value": value}) + "\n"
        self.load("a.macaw", text)
        first = self.macaw("a.macaw", "dump", "--format", "jsonl")
        rows = [(row["key"], row["value"]) for row in first.json_lines if "key" in row]
        self.assertEqual(rows, [(key, value) for _, _, key, value in lines])
        self.load("b.macaw", first.out)
        self.assertEqual(self.macaw("b.macaw", "dump", "--format", "jsonl").out, first.out)
        stored = rows_of(self.macaw("a.macaw", "dump").text)
        self.assertEqual(rows_of(self.macaw("b.macaw", "dump").text), stored)
        self.assert_sound("b.macaw")
        for i, (key_codec, value_codec, _, _) in enumerate(lines):
            with self.subTest(csv=(key_codec, value_codec)):
                self.macaw("a.macaw", "dump", f"t{i:02}", "--format", "csv", "--output", f"{i}.csv")
                self.macaw("c.macaw", "create", f"t{i:02}", key_codec, value_codec)
                self.macaw("c.macaw", "load", f"{i}.csv", "--table", f"t{i:02}")
        self.assertEqual(rows_of(self.macaw("c.macaw", "dump").text), stored)

    def test_codecs_of_programs_are_kept_as_bytes(self):
        text = ('{"table":"t","key_codec":"shop.id","value_codec":"shop.user","key_width":2,"value_width":0}\n'
                '{"table":"t","key":{"hex":"0007"},"value":{"hex":"ff00"}}\n')
        self.load("a.macaw", text)
        self.assertEqual(self.macaw("a.macaw", "dump", "--format", "jsonl").text, text)
        self.refuse(text.replace('"0007"', '"07"'), "input:2: ")

    def test_rows_may_come_without_a_description(self):
        self.macaw("a.macaw", "create", "ages", "text", "u8")
        self.load("a.macaw", '{"key": "ada", "value": 36}\n\n{"value": 41, "key": "alan", "table": "ages"}', "--table", "ages")
        self.assertEqual(self.macaw("a.macaw", "count", "--table", "ages").text.strip(), "2")

    def test_wrong_lines_are_refused_where_they_are_wrong(self):
        head = '{"table":"t","key_codec":"u8","value_codec":"text"}\n'
        for content, reason in [
            (head + '{"table":"t","key":1', "input:2: not JSON: "),
            (head + "[1]\n", "input:2: expected a JSON object"),
            (head + '{"table":"t","key":1}\n', 'input:2: expected the members "key" and "value"'),
            (head + '{"table":"t","key":1,"value":"a","ttl":1}\n', 'input:2: unknown member "ttl"'),
            (head + '{"table":"t","key":256,"value":"a"}\n', "input:2: key: "),
            (head + '{"table":"t","key":-1,"value":"a"}\n', "input:2: key: "),
            (head + '{"table":"t","key":1.5,"value":"a"}\n', "input:2: key: "),
            (head + '{"table":"t","key":1,"value":2}\n', "input:2: value: "),
            (head + '{"table":"t","key":1,"value":{"hex":"0"}}\n', "input:2: value: "),
            (head + '{"table":7,"key":1,"value":"a"}\n', "input:2: table: "),
            (head + '{"table":"t","key":1,"value":"\\ud800"}\n', "input:2: not JSON: "),
            (head + '{"table":"t","key_codec":"u16","value_codec":"text"}\n', "input:2: table 't' is of u8 to text"),
            ('{"table":"t","key_codec":"u8"}\n', "input:1: a table is described as"),
            ('{"table":"t","key_codec":"optional(","value_codec":"u8","key_width":70000}\n', "input:1: "),
            ('{"table":"t","key_codec":"raw(4)","value_codec":"u8"}\n', "input:1: no table can have keys of codec raw(4)"),
            ("[" * 100000 + "\n", "input:1: "),
        ]:
            with self.subTest(reason=reason, content=content[:200]):
                self.refuse(content, reason, "--format", "jsonl")
                os.remove(self.path("refused.macaw"))


class Csv(FormatTest):
    def setUp(self):
        super().setUp()
        self.macaw("a.macaw", "create", "people", "text", "struct(text,u32,optional(text))")
        self.macaw("a.macaw", "create", "plain", "bytes", "bytes")

    def load_plain(self, content, *options, code=0):
        return self.load("a.macaw", content, "--table", "plain", *options, code=code, name="input.csv")

    def records(self, *tables):
        out = self.macaw("a.macaw", "dump", "--format", "csv", *tables).out
        self.assertTrue(out.endswith(b"\r\n"))
        return list(csv.reader(io.StringIO(out.decode(), newline="")))

    def test_what_other_programs_make_of_ours_is_what_was_meant(self):
        self.macaw("a.macaw", "put", "ada", '("Ada ""of"" Lovelace, Countess", 36, null)'.replace('""', '\\"'), "--table", "people")
        self.macaw("a.macaw", "put", "alan", '("Alan\\nTuring", 41, "x")', "--table", "people")
        self.assertEqual(self.records("people"), [
            ["key", "value.1", "value.2", "value.3"],
            ["ada", 'Ada "of" Lovelace, Countess', "36", "null"],
            ["alan", "Alan\nTuring", "41", self.records("people")[2][3]],
        ])
        self.write("people.csv", self.macaw("a.macaw", "dump", "--format", "csv", "people").out)
        self.macaw("b.macaw", "create", "people", "text", "struct(text,u32,optional(text))")
        self.macaw("b.macaw", "load", "people.csv", "--table", "people")
        self.assertEqual(self.tables("b.macaw", "people"), self.tables("a.macaw", "people"))

    def test_bytes_come_back(self):
        rows = dict(BINARY_ROWS) | {b"b:00": b"b:", b"": b",\"", b"quoted": b'"\r\n"', b"cr": b"a\rb"}
        self.load("a.macaw", dump(rows.items(), "plain"))
        out = self.macaw("a.macaw", "dump", "--format", "csv", "plain").out
        self.macaw("a.macaw", "drop", "plain")
        self.load_plain(out)
        self.assertEqual(self.tables("a.macaw", "plain"), {"plain": rows})

    def test_what_other_programs_write_is_read(self):
        self.load_plain('\ufeffvalue,key\n"a ""quoted"", \n\nfield",k1\r\n\n,"k2"\n"",k3')
        self.assertEqual(self.tables("a.macaw", "plain"),
                         {"plain": {b"k1": b'a "quoted", \n\nfield', b"k2": b"", b"k3": b""}})

    def test_columns_may_be_named_by_the_user(self):
        self.load("a.macaw", "id,name,born,age\nada,Ada,1815,36\n", "--table", "people", "--format", "csv",
                  "--columns", "key,value.1,-,value.2,value.3", code=3)
        self.load("a.macaw", "id,name,born,age,nick\nada,Ada,1815,36,null\n", "--table", "people", "--format", "csv",
                  "--columns", "key,value.1,-,value.2,value.3")
        self.load_plain("k,v\n", "--no-header", "--columns", "key,value")
        self.assertEqual(self.records("people")[1], ["ada", "Ada", "36", "null"])
        self.assertEqual(self.records("plain")[1], ["k", "v"])

    def test_rows_that_end_early_have_their_defaults(self):
        self.load("a.macaw", dump([(b"ada", bytes([3]) + b"Ada")], "people"))
        self.assertEqual(self.records("people")[1], ["ada", "Ada", "0", "null"])

    def test_wrong_records_are_refused_where_they_are_wrong(self):
        for content, reason in [
            ("", "input.csv:0: the input is empty"),
            ("key\n", "input.csv:1: there is no column 'value'"),
            ("key,value,more\n", "input.csv:1: column 'more' is none of the table's"),
            ("key,value\na\n", "input.csv:2: the record has 1 fields, not 2"),
            ("key,value\na,b,c\n", "input.csv:2: the record has 3 fields, not 2"),
            ('key,value\na,b"c\n', "input.csv:2: a quote within a field"),
            ('key,value\na,"b"c\n', "input.csv:2: text behind the quote"),
            ('key,value\na,"b\nc\n', "input.csv:3: a quoted field that began on line 2 does not end"),
            ("key,value\na,b:0\n", "input.csv:2: value: behind b: there is an odd number"),
            ("key,value\n" + "k" * 3000 + ",v\n", "input.csv:2: "),
            ("," * 5000, "input.csv:1: more than 4096 fields"),
            ("key,value\na," + "b" * 2000 + "\n", "input.csv:2: the line is longer than 1000 bytes"),
            ('key,value\na,"' + "b\n" * 2000, "a field is longer than 1000 bytes"),
        ]:
            with self.subTest(reason=reason):
                size = ["--line-max", "1000"] if "1000" in reason else []
                result = self.load_plain(content, *size, code=3)
                self.assertIn(reason, result.err.decode())
        people = self.load("a.macaw", "key,value.1,value.2,value.3\na,b,x,null\n", "--table", "people", "--format", "csv", code=3)
        self.assertIn(b"input:2: value.2: ", people.err)
        self.assert_sound("a.macaw")

    def test_a_file_has_one_table(self):
        self.assertIn(b"CSV is for one table", self.macaw("a.macaw", "dump", "--format", "csv", code=3).err)


class Loading(FormatTest):
    def content(self, wrong_at=None, count=40):
        rows = [(b"%04d" % i, b"v%d" % i) for i in range(count)]
        lines = dump(rows).split("\n")
        if wrong_at is not None:
            lines[5 + 2 * wrong_at] = " zz"
        return "\n".join(lines)

    def count(self, database="a.macaw"):
        return int(self.macaw(database, "count", "--table", "t").text)

    def test_what_comes_before_an_error_stays(self):
        result = self.load("a.macaw", self.content(25), "--batch", "10", code=3)
        self.assertEqual(result.err.decode(), "macaw: input:56: a character that is no hexadecimal digit\n"
                         "  what was before it was loaded: 25 rows\n")
        self.assertEqual(self.count(), 25)

    def test_all_or_nothing_leaves_nothing(self):
        result = self.load("a.macaw", self.content(25), "--all-or-nothing", code=3)
        self.assertIn("nothing was loaded", result.err.decode())
        self.assertEqual(self.macaw("a.macaw", "tables").text, "")
        self.load("a.macaw", self.content(), "--all-or-nothing")
        self.assertEqual(self.count(), 40)

    def test_wrong_rows_may_be_passed_over(self):
        result = self.load("a.macaw", self.content(25), "--keep-going", "--batch", "7", code=3)
        self.assertEqual(result.err.decode().splitlines(), ["input:56: a character that is no hexadecimal digit"])
        self.assertEqual(self.count(), 39)

    def test_rows_that_are_there_are_replaced_or_kept(self):
        self.load("a.macaw", self.content(count=3))
        self.write("input", HEAD + " 30303031\n 6e6577\n 6e\n 31\n" + TAIL)
        self.assertEqual(self.macaw("a.macaw", "--json", "load", "input").json,
                         {"rows": 2, "new": 1, "replaced": 1, "skipped": 0, "tables": 1})
        kept = self.macaw("a.macaw", "load", "input", "--keep-existing", code=3)
        self.assertIn(b"input:6: the key is in the table already", kept.err)
        self.assertEqual(self.macaw("a.macaw", "get", "0001", "--table", "t").text.strip(), "new")

    def test_loading_is_a_part_of_the_open_transaction(self):
        self.write("input", self.content())
        script = "begin\nload input\ncount --table t\nrollback\ntables\n"
        self.assertEqual(self.macaw("a.macaw", input=script).text.strip(), "40")

    def test_rows_that_no_table_can_hold_are_refused_where_they_are(self):
        self.refuse(dump([(b"a", b"1"), (b"k" * 5000, b"2")]), "input:8: ")
        self.load("a.macaw", dump([(b"a", b"1"), (b"k" * 5000, b"2"), (b"c", b"3")]), "--keep-going", code=3)
        self.assertEqual(self.count(), 2)

    def test_all_rows_may_go_to_one_table(self):
        self.load("a.macaw", dump([(b"a", b"1")], "x"), "--table", "y")
        self.assertEqual(self.tables("a.macaw"), {"y": {b"a": b"1"}})
        self.refuse(dump([(b"a", b"1")], "x") + dump([(b"b", b"1")], "z"), "the input has several tables", "--table", "y")

    def test_an_interrupted_load_leaves_whole_batches(self):
        tested = subprocess.Popen([PROGRAM, "a.macaw", "load", "-", "--batch", "10"], cwd=self.directory,
                                  stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        tested.stdin.write("\n".join(self.content(count=45).split("\n")[:-2]).encode() + b"\n")
        tested.stdin.flush()
        while not os.path.exists(self.path("a.macaw")):  # from then on it catches the signal
            time.sleep(0.01)
        tested.send_signal(signal.SIGINT)
        _, said = tested.communicate(timeout=600)
        self.assertEqual((tested.returncode, said), (130, b"macaw: interrupted\n"))
        if self.macaw("a.macaw", "tables").out:
            self.assertEqual(self.count() % 10, 0)
        self.assert_sound("a.macaw")

    def test_options_that_contradict_are_refused(self):
        self.write("input", self.content())
        for options in (["--all-or-nothing", "--keep-going"], ["--all-or-nothing", "--batch", "5"], ["--batch", "0"],
                        ["--format", "xml"], ["--no-header"], ["--rubbish"]):
            self.macaw("a.macaw", "load", "input", *options, code=3)
        self.write("unclear", "rubbish")
        self.assertIn(b"cannot be seen", self.macaw("a.macaw", "load", "unclear", code=3).err)
        self.macaw("a.macaw", "load", "missing", code=4)
        for options in (["--format", "xml"], ["--print", "--format", "jsonl"], ["--types", "--format", "db"]):
            self.macaw("a.macaw", "dump", *options, code=3)
        self.macaw("a.macaw", "dump", "missing", code=1)

    def test_a_dump_goes_to_a_new_file_only(self):
        self.load("a.macaw", self.content())
        self.macaw("a.macaw", "dump", "--output", "out.dump")
        self.assertEqual(self.read("out.dump"), self.macaw("a.macaw", "dump").out)
        self.macaw("a.macaw", "dump", "--output", "out.dump", code=4)
        self.assertFalse(os.path.exists(self.path("out.dump.part")))


class LoadingMuch(FormatTest):
    def test_memory_stays_within_bounds(self):
        draw = random.Random(SEED)
        with open(PROGRAM, "rb") as file:
            self.program = file.read()
        tested = subprocess.Popen([PROGRAM, "a.macaw", "--json", "load", "-"], cwd=self.directory, stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, preexec_fn=self.limit)
        value = " " + "ab" * 500 + "\n"
        tested.stdin.write(HEAD.encode())
        for i in range(ROWS):
            tested.stdin.write(f" {draw.getrandbits(64):016x}{i:08x}\n{value}".encode())
        tested.stdin.write(TAIL.encode())
        out, _ = tested.communicate(timeout=3000)
        self.assertEqual(tested.returncode, 0)
        self.assertIn(f'"rows":{ROWS},"new":{ROWS}'.encode(), out)
        self.assert_sound("a.macaw")

    def limit(self):
        # Sanitizers reserve terabytes of addresses and cannot be bound so.
        if b"__asan" not in self.program:
            resource.setrlimit(resource.RLIMIT_AS, (700 << 20, 700 << 20))


if __name__ == "__main__":
    unittest.main()
