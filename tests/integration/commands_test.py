"""Every command of `entente`: an answer for people and one for programs, its exit code, and an example that holds."""

import json
import os
import pty
import re
import shlex
import socket
import subprocess
import unittest

from command_line import CommandLineTest, commands
from promises import PROMISED, command_of
from running import ROOT, folder, problems, run, secret

# Commands that only look, with what they need.
LOOKS = (("status",), ("links", "--page-size", 5), ("links", "--entity", "party", "--state", "linked"), ("records", "--page-size", 5), ("records", "{customer}"),
         ("records", "--side", "ssm", "--resource", "accounts"), ("explain", "{customer}"), ("explain", "{customer}", "--field", "city"), ("explain", "{customer}.city"), ("explain", "link:{link}"),
         ("why-not", "{customer}"), ("why-not", "sage/party/NOBODY"), ("history", "{customer}"), ("history", "link:{link}", "--page-size", 2), ("items",), ("items", "list"),
         ("items", "--reason", "ambiguous_match"), ("items", "show", "{item}"), ("conflicts",), ("conflicts", "--state", "open"), ("dead-letters",), ("dead-letters", "list"),
         ("desk",), ("desk", "list", "--kind", "work_item"), ("desk", "show", "{item}"), ("desk", "resolve", "--reason", "ambiguous_match", "dismiss", "--dry-run"),
         ("runs",), ("runs", 1), ("quote", "show"), ("poll",), ("poll", "--resource", "accounts"), ("wait", "--timeout", 30), ("plan",), ("plan", "--all"),
         ("undo", 1), ("undo", 1, "--all", "--entity", "contact"), ("undo", "--since", "2h"), ("undo", "--since", "2026-01-31T08:00:00Z", "--deletes", 3, "--approve"), ("undo", "--since", 1),
         ("pack", "check", f"{ROOT}/rules/ssm"), ("prove", f"{ROOT}/rules/ssm", "--seeds", 2), ("pack", "describe", f"{ROOT}/rules/ssm"), ("pack", "describe", "running"), ("pack", "describe", "running", "--limits"), ("pack", "active"),
         ("erase", "{customer}"), ("doctor",), ("doctor", "--config", "{config}"))

# Commands that change something: deeds_test.py, of erase erase_test.py, of restore coming_back_test.py, of packs pack_change_test.py.
DEEDS = {"watch", "apply", "pause", "resume", "first-load", "reconcile", "resync", "observe", "backup", "erase", "restore", "items resolve", "desk rule", "dead-letters retry", "dead-letters discard",
         "quote price", "quote push", "pack what-if", "pack activate"}

# What the engine does not know, with the reason it gives.
UNKNOWN = ((("records", "sage/party/NOBODY"), "RECORD_UNKNOWN"), (("records", "sap/party/1"), "SIDE_UNKNOWN"), (("explain", "link:999999"), "LINK_UNKNOWN"),
           (("explain", "{customer}", "--field", "colour"), "FIELD_UNKNOWN"), (("history", "link:999999"), "LINK_UNKNOWN"), (("erase", "link:999999", "--yes"), "LINK_UNKNOWN"), (("why-not", "sap/party/1"), "SIDE_UNKNOWN"),
           (("links", "--entity", "colour"), "ENTITY_UNKNOWN"), (("links", "--page-token", "x"), "PAGE_TOKEN_INVALID"), (("items", "show", 999999), "ITEM_NOT_FOUND"),
           (("items", "resolve", "{item}", "colour"), "CHOICE_UNKNOWN"), (("dead-letters", "retry", 999999), "DEAD_LETTER_NOT_FOUND"),
           (("dead-letters", "discard", 999999), "DEAD_LETTER_NOT_FOUND"), (("desk", "show", 999999), "ITEM_NOT_FOUND"), (("desk", "list", "--kind", "colour"), "KIND_UNKNOWN"),
           (("desk", "rule", "{item}", "dismiss"), "RULE_NOT_POSSIBLE"), (("desk", "resolve", "--reason", "ambiguous_match", "colour"), "CHOICE_UNKNOWN"),
           (("desk", "resolve", "--reason", "ambiguous_match", "--count", 999999, "dismiss"), "GROUP_CHANGED"), (("runs", 999999), "RUN_UNKNOWN"), (("reconcile", "--entity", "colour"), "ENTITY_UNKNOWN"),
           (("first-load", "--entity", "colour"), "ENTITY_UNKNOWN"), (("resync", "--entity", "colour"), "ENTITY_UNKNOWN"), (("plan", "--entity", "colour"), "ENTITY_UNKNOWN"),
           (("undo", 1, "--entity", "colour"), "ENTITY_UNKNOWN"), (("undo", 999999), "RUN_UNKNOWN"),
           (("quote", "price", 999999), "QUOTE_NOT_FOUND"), (("quote", "push", 999999), "QUOTE_NOT_FOUND"), (("quote", "show", 999999), "PUSH_UNKNOWN"),
           (("poll", "--resource", "colour"), "RESOURCE_UNKNOWN"), (("records", "--resource", "colour"), "RESOURCE_UNKNOWN"), (("items", "--entity", "colour"), "ENTITY_UNKNOWN"),
           (("apply", "/nowhere/monday.plan"), "FILE_MISSING"),
           (("backup", "{sandbox}"), "BACKUP_DIRECTORY_EXISTS"), (("backup", "/nowhere/at/all"), "BACKUP_DIRECTORY_UNUSABLE"),
           (("restore", "{sandbox}", "--state-dir", "{sandbox}"), "BACKUP_UNREADABLE"), (("pack", "check", "/nowhere"), "PACK_MISSING"),
           (("pack", "describe", "/nowhere"), "PACK_MISSING"), (("pack", "what-if", "/nowhere"), "PACK_MISSING"), (("pack", "activate", f"{ROOT}/rules/ssm"), "PACK_UNCHANGED"))

WRONG_USE = ((), ("colour",), ("links", "--state", "colour"), ("links", "--page-size", 0), ("items", "show"), ("items", "show", "x"), ("explain", "nothing"), ("quote",),
             ("why-not", "nothing"), ("history", "nothing"), ("watch", "--severity", "loud"), ("pack", "check", "x", "--parameter", "y"), ("status", "--colour"),
             ("restore", "x"), ("backup",), ("erase",), ("erase", "nothing"), ("plan", "--kind", "colour"), ("undo",), ("undo", 1, "--since", "2h"), ("undo", "--since", "colour"), ("undo", "x"), ("runs", "x"), ("wait", "--timeout", 0), ("quote", "push"), ("items", "resolve", 1))

# What the examples of the help end with where no engine answers, or its token is missing: they look at files first, or alone.
FILES_FIRST = {"restore": 1, "apply": 1, "pack check": 0, "prove": 0, "doctor": 1}


class CommandsTest(CommandLineTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        customer = f"sage/party/{cls.cast.customer()}"
        cls.words = {"customer": customer, "link": cls.house.engine.ask("records", customer)["link"], "config": cls.house.engine.config, "sandbox": cls.house.sandbox.folder,
                     "item": cls.house.engine.items("ambiguous_match")[0]["id"]}

    def filled(self, words):
        return [str(word).format(**self.words) for word in words]

    # ------------------------------------------------------------------ answers

    def test_every_look_answers_people_and_programs(self):
        for look in LOOKS:
            words = self.filled(look)
            with self.subTest(" ".join(words)):
                self.asked(*words)
                for_people = self.house.entente(*words)
                self.assertEqual((for_people.code, for_people.err), (0, ""))
                self.assertTrue(for_people.out.strip())
                self.assertNotIn("\033", for_people.out, "colour is for terminals")

    def test_what_is_not_there_is_refused_with_its_reason(self):
        for words, reason in UNKNOWN:
            words = self.filled(words)
            with self.subTest(" ".join(words)):
                for_people, for_programs = self.house.entente(*words), self.house.entente(*words, "--json")
                self.assertEqual((for_people.code, for_programs.code), (1, 1), for_people.text)
                self.assertIn(f"[{reason}]", for_people.err)
                error = json.loads(for_programs.err)["error"]
                self.assertEqual(error["reason"], reason)
                self.assertGreater(len(error["message"]), 20)
                self.assertEqual(for_people.out + for_programs.out, "")

    def test_wrong_use_ends_with_two_and_names_what_is_wrong(self):
        for words in WRONG_USE:
            with self.subTest(" ".join(map(str, words))):
                told = self.house.entente(*words)
                self.assertEqual((told.code, told.out), (2, ""))
                self.assertTrue(told.err.strip())

    def test_a_list_is_paged_without_gap_or_repetition(self):
        for words, rows, key in ((("links",), "links", "id"), (("records",), "records", "key"), (("items", "list", "--state", "all"), "items", "id")):
            with self.subTest(words[0]):
                whole = self.ask(*words, "--page-size", 1000)
                pages, token = [], None
                while token != "" and len(pages) < 5:
                    page = self.ask(*words, "--page-size", 7, *(("--page-token", token) if token else ()))
                    pages += page[rows]
                    token = page["next_page_token"]
                self.assertEqual([row[key] for row in pages], [row[key] for row in whole[rows]][:len(pages)])
                self.assertGreater(len(pages), 4)

    def test_the_doctor_is_content_and_names_what_is_wrong(self):
        content = self.house.entente("doctor", "--config", self.house.engine.config, "--json")
        self.assertEqual((content.code, problems(content)), (0, {}))
        self.assertGreaterEqual({finding["what"] for finding in json.loads(content.out)}, {"configuration", "pack", "state", "tokens", "engine", "sage", "ssm"})
        config = self.house.write("bad.toml", self.house.engine.config.read_text("utf-8").replace("[log]", "[lok]"))
        wrong = self.house.entente("doctor", "--config", config, "--json")
        self.assertEqual(wrong.code, 1)
        self.assertIn("lok", problems(wrong)["configuration"]["sentence"])
        away = run("entente", "--address", "127.0.0.1:1", "doctor", "--json")
        self.assertEqual((away.code, problems(away)["engine"]["reason"]), (3, "ENGINE_UNREACHABLE"))
        stranger = run("entente", "--address", self.house.engine.address, "doctor", "--json")
        self.assertEqual((stranger.code, problems(stranger)["token"]["reason"]), (4, "TOKEN_MISSING"))

    # ------------------------------------------------------------------ the connection

    def test_a_token_file_that_cannot_be_used_ends_with_four(self):
        token = secret(self.house.folder / "operator.token", "wrong")
        at = ("--address", self.house.engine.address, "--token-file")
        for path, mode, reason in ((token, 0o600, "TOKEN_WRONG"), (token, 0o644, "SECRET_FILE_READABLE_BY_OTHERS"), (self.house.folder / "none", None, "SECRET_FILE_MISSING")):
            with self.subTest(reason):
                if mode:
                    path.chmod(mode)
                told = run("entente", *at, path, "status")
                self.assertEqual((told.code, f"[{reason}]" in told.err), (4, True), told.text)

    def test_an_instance_that_is_none_is_refused(self):
        self.assertIn("[INSTANCE_UNKNOWN]", self.told("--instance", "colour", "status", code=1))

    def test_what_listens_and_says_nothing_is_not_waited_for(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            for command in (("status",), ("watch",), ("plan",), ("undo", 1), ("runs", 1)):
                with self.subTest(command[0]):
                    told = run("entente", "--address", f"127.0.0.1:{silent.getsockname()[1]}", "--timeout-seconds", 1, *command, seconds=10)
                    self.assertEqual((told.code, "[ENGINE_UNREACHABLE]" in told.err), (3, True), told.text)

    def test_colour_is_for_terminals_and_for_those_who_want_it(self):
        coloured = self.on_a_terminal({**os.environ, "NO_COLOR": ""})
        self.assertIn("\033[", coloured)
        self.assertEqual(re.sub(r"\033\[\d*m", "", coloured).split()[:3], self.on_a_terminal({**os.environ, "NO_COLOR": "1"}).split()[:3])
        self.assertNotIn("\033[", self.on_a_terminal({**os.environ, "NO_COLOR": "1"}))

    def on_a_terminal(self, environment):
        """What `entente status` writes to a terminal."""
        ours, theirs = pty.openpty()
        try:
            done = subprocess.run(self.house.engine.command("status"), stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL, env=environment, timeout=30, check=False)
            self.assertEqual(done.returncode, 0)
            return os.read(ours, 1 << 16).decode("utf-8")
        finally:
            os.close(theirs)
            os.close(ours)

    # ------------------------------------------------------------------ no command is left out

    def test_every_command_has_a_case_and_a_promise(self):
        covered = {command_of(look) for look in LOOKS} | DEEDS
        self.assertEqual([command for command in commands() if command not in covered], [])
        self.assertEqual(sorted(set(commands()) - set(PROMISED)), [])

    def examples(self):
        """(command, its example as words) of every command's help."""
        found = []
        for command in commands():
            told = run("entente", *command.split(), "--help")
            self.assertEqual(told.code, 0)
            example = re.search(r"^Example: entente (.*)$", told.out, flags=re.M)
            self.assertIsNotNone(example, f"the help of {command} has no example")
            self.assertEqual(command_of(shlex.split(example[1])), command.split(" list")[0] if command.endswith(" list") and " list" not in example[1] else command)
            found.append((command, shlex.split(example[1])))
        return found

    def assert_all_end(self, code, reason, *connection):
        """Every example of the help, tried for people and for programs, with these words about the connection."""
        with folder() as home:
            (home / "rules").symlink_to(ROOT / "rules")
            for command, example in self.examples():
                for more in ((), ("--json",)):
                    with self.subTest(" ".join((command, *more))):
                        told = run("entente", *connection, *example, *more, directory=home)
                        self.assertEqual(told.code, FILES_FIRST.get(command, code), told.text)
                        if command not in FILES_FIRST:
                            self.assertIn(reason, told.err)
            self.assertEqual([path.name for path in home.iterdir()], ["rules"], "nothing is left behind")

    def test_without_an_engine_every_command_ends_with_three(self):
        self.assert_all_end(3, "ENGINE_UNREACHABLE", "--address", "127.0.0.1:1")

    def test_without_a_token_every_command_ends_with_four(self):
        self.assert_all_end(4, "TOKEN_MISSING", "--address", self.house.engine.address)

    def test_every_command_line_of_the_readme_is_one(self):
        lines = [shlex.split(re.split(r"\s{2,}", line)[0])[1:] for line in re.findall(r"^ {4}(entente .*)$", (ROOT / "README.md").read_text("utf-8"), flags=re.M)]
        self.assertGreater(len(lines), 3)
        with folder() as home:
            for words in lines:
                with self.subTest(" ".join(words)):
                    self.assertIn(run("entente", "--address", "127.0.0.1:1", *words, directory=home).code, (1, 3))


if __name__ == "__main__":
    unittest.main(verbosity=2)
