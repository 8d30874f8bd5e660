# SPDX-License-Identifier: MIT
"""Looking inside: .stats, .tree, .page, .pages, .freelist, .readers, .meta, .check, report.

What they say of the golden file stands in inspect_golden.txt, a command and its output after another; to write it anew:

    MACAW_WRITE_GOLDEN=1 MACAW_PROGRAM=... python3 tests/shell/inspect_test.py WhatIsSaid
"""

import html.parser
import json
import os
import random
import unittest

from macaw_program import PROGRAM, ProgramTest

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, "inspect_golden.txt")
PAGE_SIZE = 512
SEED = int(os.environ.get("MACAW_SEED", "1"))


def golden_file():
    """The file that holds the format still, as bytes: lines of 16 bytes, those of zeros left out, the last one its size."""
    image = bytearray()
    with open(os.path.join(HERE, "..", "format", "golden.hex")) as lines:
        for line in lines:
            place, digits = line.split(":")
            image.extend(bytes(int(place, 16) - len(image)))
            image.extend(bytes.fromhex(digits))
    return bytes(image)


class InspectTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("golden.macaw", golden_file())

    def damage(self, *places):
        """A copy of the golden file with some bytes changed. Returns its name."""
        image = bytearray(golden_file())
        for place in places:
            image[place] ^= 0x5A
        return self.write("damaged.macaw", bytes(image))

    def inspect(self, *words, file="golden.macaw", code=0):
        return self.macaw("--readonly", file, *words, code=code)


class WhatIsSaid(InspectTest):
    COMMANDS = [
        ".stats", ".stats words", ".meta", ".tree", ".tree words", ".tree --depth 0", ".tree events --dot", ".pages",
        ".pages --cells 8", ".freelist", ".readers", ".check", ".page 0", ".page 14", ".page 16", ".page 18 --limit 3",
        ".page 20", ".page 22 --table people", ".page 26", ".page 27 --limit 2", ".page 29 --bytes",
    ]

    def test_it_is_as_it_was(self):
        said = ""
        for command in self.COMMANDS:
            words = command.split()
            said += f"$ {command}\n{self.inspect(*words).text}"
            if "--dot" not in words:
                said += f"$ {command} --json\n{self.inspect(*words, '--json').text}"
        if os.environ.get("MACAW_WRITE_GOLDEN"):
            with open(GOLDEN, "w") as file:
                file.write(said)
        with open(GOLDEN) as file:
            self.assertEqual(said, file.read())
        self.assertEqual(self.read("golden.macaw"), golden_file())

    def test_json_is_json(self):
        for command in self.COMMANDS:
            if "--dot" not in command:
                for row in self.inspect(*command.split(), "--json").json_lines:
                    self.assertIsInstance(row, dict)


class WhatIsCounted(ProgramTest):
    def setUp(self):
        super().setUp()
        draw = random.Random(SEED)
        rows = "".join(f"put {draw.getrandbits(64)} v{'v' * draw.randrange(60)} --table t\n" for _ in range(3000))
        large = "".join(f"put {i} {'x' * 100000} --table t\n" for i in (1, 2))
        self.macaw("a.macaw", input="create t u64 text\nbegin\n" + rows + large + "commit\n")
        self.macaw("a.macaw", input="erase 1 --table t\ncreate none text text\n")

    def test_figures_agree(self):
        stats = self.macaw("a.macaw", ".stats", "--json").json
        table = {each["table"]: each for each in stats["tables"]}["t"]
        tree = self.macaw("a.macaw", ".tree", "t", "--json").json_lines
        pages = self.macaw("a.macaw", ".pages", "--json").json
        space = self.macaw("a.macaw", ".freelist", "--json").json
        count = lambda role: sum(page["pages"] for page in tree if page["role"].startswith(role))
        self.assertEqual((table["leaf_pages"], table["branch_pages"], table["large_pages"]),
                         (count("leaf"), count("branch"), count("large")))
        self.assertEqual(table["keys"], sum(page["entries"] for page in tree if page["role"] == "leaf"))
        self.assertEqual(table["height"], 1 + max(page["level"] for page in tree))
        self.assertEqual(table["leaf_bytes_used"], sum(page["bytes_used"] for page in tree if page["role"] == "leaf"))
        self.assertEqual(pages["counts"]["leaf"], table["leaf_pages"])
        self.assertEqual(pages["counts"].get("free", 0), space["free_pages"])
        self.assertEqual(stats["free_pages"], space["free_pages"])
        self.assertEqual(sum(extent["pages"] for extent in space["free"]), space["free_pages"])
        self.assertNotIn("lost", pages["counts"])
        self.assertEqual(sum(pages["counts"].values()), pages["pages"])
        self.assertEqual(pages["pages"] * pages["page_size"], os.path.getsize(self.path("a.macaw")))
        cells = self.macaw("a.macaw", ".pages", "--json", "--cells", "7").json
        self.assertLessEqual(len(cells["cells"]), 7)
        self.assertEqual(cells["counts"], pages["counts"])
        meta = self.macaw("a.macaw", ".meta", "--json").json
        self.assertEqual(meta["slots"][meta["living"]]["commit"], stats["commit"])
        self.assert_sound("a.macaw")

    def test_every_page_can_be_looked_at(self):
        for page in self.macaw("a.macaw", ".tree", "--json").json_lines:
            shown = self.macaw("a.macaw", ".page", str(page["page"]), "--json", "--limit", "1").json
            self.assertEqual((shown["role"], shown["checksum"], shown["damage"]), (page["role"], "good", None))
            self.assertEqual(shown["birth"], page["birth"])
            if page["role"] in ("leaf", "branch"):
                self.assertEqual((shown["count"], shown["bytes_used"]), (page["entries"], page["bytes_used"]))

    def test_they_work_in_an_interactive_session_too(self):
        said = self.macaw("a.macaw", input="put 2 a --table t\n.check\nput 3 b --table t\n.readers\n.stats\n.check\n").text
        self.assertEqual(said.count("nothing is wrong"), 2)
        self.assertIn("0 read transactions", said)

    def test_what_is_not_there_is_said(self):
        self.macaw("a.macaw", ".page", "1000000000", code=1)
        self.macaw("a.macaw", ".page", "x", code=3)
        self.macaw("a.macaw", ".page", code=3)
        self.macaw("a.macaw", ".tree", "nobody", code=1)
        self.macaw("a.macaw", ".stats", "nobody", code=1)
        self.assertEqual(self.macaw("a.macaw", ".tree", "none").text, "")
        self.macaw("a.macaw", ".pages", "--cells", "0", code=3)
        self.macaw("missing.macaw", ".check", code=4)
        self.write("text.macaw", "just text\n" * 2000)
        self.macaw("text.macaw", ".check", code=2)


class Damaged(InspectTest):
    LEAF, BRANCH, CATALOG = 19 * PAGE_SIZE + 100, 28 * PAGE_SIZE + 100, 29 * PAGE_SIZE + 100

    def problems(self):
        """What .check finds; it must end with code 1."""
        found = self.inspect(".check", "--json", file="damaged.macaw", code=1).json
        self.assertFalse(found["ok"])
        text = self.inspect(".check", file="damaged.macaw", code=1).text
        self.assertEqual(len(text.splitlines()), len(found["findings"]) + 1)
        for finding in found["findings"]:
            self.assertIn(finding["what"], text)
        return found["findings"]

    def test_a_damaged_leaf_is_found_by_its_path(self):
        self.damage(self.LEAF)
        first = self.problems()[0]
        self.assertEqual((first["page"], first["path"]), (19, [28]))
        self.assertIn("table 'events': the checksum does not match", first["what"])
        page = self.inspect(".page", "19", "--json", file="damaged.macaw").json
        self.assertEqual((page["checksum"], page["role"]), ("bad", "leaf"))
        tree = self.inspect(".tree", "--json", file="damaged.macaw", code=1).json_lines
        self.assertEqual([row["page"] for row in tree if "damage" in row], [19])
        self.assertIn("page 19  leaf: ", self.inspect(".tree", file="damaged.macaw", code=1).text)
        self.assertEqual(self.inspect(".pages", "--json", file="damaged.macaw").json["counts"]["lost"], 1)

    def test_what_a_damaged_branch_leads_to_is_lost(self):
        self.damage(self.BRANCH)
        self.assertIn(28, [finding["page"] for finding in self.problems()])
        counts = self.inspect(".pages", "--json", file="damaged.macaw").json["counts"]
        self.assertEqual(counts["lost"], 3)
        self.assertIn("bad", self.inspect(".page", "28", file="damaged.macaw").text)
        self.assertIn("good", self.inspect(".page", "27", file="damaged.macaw").text)

    def test_a_damaged_catalog_can_be_looked_at(self):
        self.damage(self.CATALOG)
        self.assertIn(29, [finding["page"] for finding in self.problems()])
        self.inspect("tables", file="damaged.macaw", code=2)
        self.inspect(".stats", file="damaged.macaw", code=2)
        self.assertEqual(self.inspect(".meta", "--json", file="damaged.macaw").json["living"], None)
        self.inspect(".tree", file="damaged.macaw", code=1)

    def test_without_meta_pages_pages_can_be_looked_at(self):
        self.damage(60, 70, 4200)
        self.problems()
        metas = self.inspect(".meta", "--json", file="damaged.macaw").json
        self.assertEqual((metas["living"], metas["slots"][0]["state"]), (None, "damaged"))
        self.assertIn("no meta page lives", self.inspect(".meta", file="damaged.macaw").text)
        self.assertEqual(self.inspect(".page", "27", "--json", file="damaged.macaw").json["count"], 35)
        self.inspect(".freelist", file="damaged.macaw", code=2)
        self.assertIn("lost", self.inspect(".pages", "--json", file="damaged.macaw").json["counts"])

    def test_a_report_says_what_is_wrong(self):
        self.damage(self.LEAF)
        self.inspect("report", "r.html", file="damaged.macaw")
        self.assertIn("This file is damaged: 28 &gt; page 19: table &#39;events&#39;", self.read("r.html").decode())

    def test_no_damage_does_more_than_be_found(self):
        draw = random.Random(SEED)
        for _ in range(12):
            image = bytearray(golden_file())
            for _ in range(draw.randrange(1, 30)):
                image[draw.randrange(len(image))] = draw.randrange(256)
            if draw.random() < 0.3:
                del image[draw.randrange(9000, len(image)):]
            self.write("damaged.macaw", bytes(image))
            page = str(draw.randrange(34))
            for words in ([".check"], [".tree"], [".page", page, "--bytes"], [".pages"], [".meta"], [".freelist"],
                          [".stats"], ["report", "r.html", "--replace"]):
                with self.subTest(seed=SEED, words=words):
                    result = self.call(PROGRAM, "--readonly", "damaged.macaw", *words)
                    self.assertIn(result.code, (0, 1, 2), result.err)


class Tags(html.parser.HTMLParser):
    """Looks whether tags are closed, and what they would fetch or run."""

    VOID = {"meta", "rect", "path", "br", "img", "link"}

    def __init__(self):
        super().__init__()
        self.open = []
        self.names = set()
        self.attributes = set()
        self.text = ""

    def handle_starttag(self, tag, attributes):
        self.names.add(tag)
        self.attributes.update(name for name, _ in attributes)
        if tag not in self.VOID or (tag == "rect"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.names.add(tag)
        self.attributes.update(name for name, _ in attributes)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()

    def handle_data(self, data):
        self.text += data


class Reports(InspectTest):
    def report(self, database):
        self.macaw(database, "report", "r.html")
        content = self.read("r.html")
        tags = Tags()
        tags.feed(content.decode())
        tags.close()
        self.assertEqual(tags.open, [])
        self.assertFalse(tags.names & {"script", "link", "img", "iframe", "object"})
        self.assertFalse([name for name in tags.attributes if name.startswith("on") or name in ("src", "href")])
        self.assertNotIn("http", content.decode())
        return content, tags

    def test_it_needs_nothing_and_says_the_figures(self):
        content, tags = self.report("golden.macaw")
        for expected in ("golden.macaw", "00112233-4455-6677-8899-aabbccddeeff", "34 pages", "XXH3-64", "events", "words",
                         "tuple(text,u32) \u2192 u32", "page 19: leaf", "page 19: commit 2"):
            self.assertIn(expected, tags.text)
        self.assertLess(len(content), 60000)

    def test_names_are_escaped(self):
        name = "<script>alert('1 & 2')</script>\\\\"
        self.macaw("a.macaw", "create", f'"{name}"', "text", "text")
        content, tags = self.report("a.macaw")
        self.assertIn("<script>alert('1 & 2')</script>", tags.text)
        self.assertNotIn(b"<script", content)

    def test_an_empty_database_has_one(self):
        self.macaw("a.macaw", "create", "t", "text", "text")
        self.macaw("a.macaw", "drop", "t")
        self.assertIn("0", self.report("a.macaw")[1].text)

    def test_its_size_does_not_grow_with_the_file(self):
        rows = "".join(f" {i:08x}\n {'00' * 400}\n" for i in range(9000))
        self.write("input", "VERSION=3\nformat=bytevalue\ndatabase=t\ntype=btree\nHEADER=END\n" + rows + "DATA=END\n")
        self.macaw("a.macaw", "--page-size", "512", "load", "input")
        self.assertGreater(self.macaw("a.macaw", ".pages", "--json").json["pages"], 9000)
        self.assertLess(len(self.report("a.macaw")[0]), 1200000)

    def test_a_file_is_replaced_only_where_asked_for(self):
        self.macaw("golden.macaw", "report", "r.html")
        self.macaw("golden.macaw", "report", "r.html", code=4)
        self.macaw("golden.macaw", "report", "r.html", "--replace")
        self.assertEqual(sorted(os.listdir(self.directory)), ["golden.macaw", "r.html"])


if __name__ == "__main__":
    unittest.main()
