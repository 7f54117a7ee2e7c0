"""Medians, numbers, tables and files."""

import tempfile
import unittest
from pathlib import Path

import output

TABLE = ("Times", ["model", "s"], [["deep-ae", "1.8"], ["pca", "12"]])


class Output(unittest.TestCase):
    def test_the_median_is_that_of_the_sorted_values(self):
        self.assertEqual(output.median([5.0, 1.0, 3.0]), 3.0)
        self.assertEqual(output.median([4.0, 1.0, 3.0, 2.0]), 2.5)
        self.assertIsNone(output.median([]))
        self.assertEqual(output.spread([0.6, 0.5, 0.75]), "0.600 (0.500-0.750)")
        self.assertEqual([output.spread([0.6]), output.spread([])], ["0.600", "-"])

    def test_numbers_have_as_many_digits_as_asked_for(self):
        found = [output.number(value, 3) for value in (1.8449, 0.0123456, 33_333.3, None)]
        self.assertEqual(found, ["1.84", "0.0123", "33333", "-"])
        self.assertEqual(output.number(0.0, 2), "0.0")
        self.assertEqual(output.number(250e6, 3, 1e6), "250")

    def test_columns_line_up(self):
        text = "Times\n  model      s\n  deep-ae  1.8\n  pca       12"
        self.assertEqual(output.text(*TABLE), text)

    def test_markdown_has_a_line_below_the_titles(self):
        text = "Times:\n\n| model | s |\n|---|---:|\n| deep-ae | 1.8 |\n| pca | 12 |\n"
        self.assertEqual(output.markdown(*TABLE), text)

    def test_a_file_appears_whole(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bench.md"
            output.write(path, "before")
            output.write(path, "after")
            self.assertEqual(path.read_text(), "after")
            self.assertEqual(list(Path(folder).iterdir()), [path])
