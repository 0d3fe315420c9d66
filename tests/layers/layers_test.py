"""The dependency rule is not only kept: breaking it is found."""

import tempfile
import unittest
from pathlib import Path

from tools.checks import layers


class LayersTest(unittest.TestCase):
    def assert_broken(self, file, include):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / file
            path.parent.mkdir(parents=True)
            path.write_text(f'#pragma once\n#include "{include}"\n', "utf-8")
            self.assertEqual([str(found[0]) for found in layers.broken(Path(folder))], [file])

    def test_the_core_knows_nobody(self):
        self.assert_broken("engine/core/merge.h", "engine/pipeline/turn.h")
        self.assert_broken("engine/core/merge.h", "google/protobuf/message.h")
        self.assert_broken("engine/core/merge.h", "absl/time/clock.h")

    def test_connectors_never_know_the_engine(self):
        self.assert_broken("connectors/ssm/codec.h", "engine/core/decimal.h")
        self.assert_broken("connectors/sdk/session.h", "entente/sync/v1/sync.pb.h")
        self.assert_broken("connectors/ssm/codec.h", "connectors/sage100/odbc.h")

    def test_only_the_store_knows_rocksdb(self):
        self.assert_broken("engine/pipeline/turn.h", "rocksdb/db.h")

    def test_the_store_knows_nothing_of_the_pipeline_but_its_interface(self):
        self.assert_broken("engine/store/reader.h", "engine/pipeline/turn.h")

    def test_the_sandbox_shares_no_code_with_connectors(self):
        self.assert_broken("tools/sandbox/ssm/api.h", "connectors/ssm/codec.h")
        self.assert_broken("tools/sandbox/sage/money.h", "engine/core/merge.h")

    def test_a_folder_without_a_layer_is_named(self):
        self.assert_broken("engine/novelty/thing.h", "string")


if __name__ == "__main__":
    unittest.main()
