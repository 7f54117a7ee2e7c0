"""The tables, from invented numbers."""

import unittest
from unittest import mock

import comparison
import report
import scaling

BASELINES = {
    "peak_gflops": 150.0,
    "peak_gflops_side_by_side": 200.0,
    "libtorch_gflops": 30.0,
    "libtorch_gflops_side_by_side": 60.0,
    "faer_gflops": 50.0,
    "faer_gflops_side_by_side": 100.0,
    "read_seconds": 0.1,
    "pca_seconds": 0.2,
}


def results(ids=("standard-ae-64",)):
    found = comparison.new_results(ids, 6_000, 3, 2)
    comparison.add_baselines(found, {**BASELINES, "explained_variance": [100.0, 51.0, 10.0]}, None)
    for id in ids:
        for mode, rate in (
            ("side_by_side", 100_000.0),
            ("side_by_side", 120_000.0),
            ("side_by_side", 80_000.0),
            ("tensors", 25_000.0),
            ("jax", 50_000.0),
        ):
            speed = {"images_per_second": rate, "peak_memory": 250e6}
            comparison.add_speed(found, f"{id}/{mode}", speed)
    settings = {"best": {"processes": 2, "threads": 1, "fused": True}, "jax": {"scan": True}}
    found["settings"]["standard-ae-64"] = settings
    with mock.patch("comparison.write_results"):
        comparison.save(found, mock.MagicMock())
    return found


class Report(unittest.TestCase):
    def test_ratios_spread_and_share_are_those_of_the_medians(self):
        tables = report.tables(results())
        epochs = tables[0][2][0]
        self.assertEqual(epochs[:3], ["standard-ae-64", "-", "0.600 (0.500-0.750)"])
        self.assertEqual(epochs[3:9], ["-", "-", "2.40", "4.00x", "-", "-"])
        self.assertEqual(epochs[9:], ["1.20", "2.00x", "JAX", "2.00x"])
        # 100,000 x 501,760 operations of 100 x 10^9 and 200 x 10^9 per second.
        speeds = tables[1][2][0]
        self.assertEqual(speeds[4:6], ["50 %", "25 %"])
        self.assertEqual(speeds[6:], ["2 processes, fused Adam", "1 process, an epoch in one scan"])
        self.assertEqual(tables[2][2][0][1:], ["-", "250", "-", "250", "-", "250"])
        self.assertTrue(all(len(table[1]) == len(row) for table in tables for row in table[2]))

    def test_what_was_not_run_is_called_an_estimate(self):
        found = results()
        first = report.tables(found)[3][2][0]
        self.assertIn("ESTIMATED", first[0])
        self.assertEqual(first[1:], ["6.00", "1.00x"])
        comparison.add(found, "full_run", seconds=12.0, peak_memory=1e9)
        comparison.add(found, "full_run/best", seconds=30.0)
        rows = report.tables(found)[3][2]
        self.assertNotIn("ESTIMATED", str(rows))
        self.assertEqual(rows[0][1:], ["12.0", "1.00x"])
        self.assertEqual(rows[3], ["PyTorch, best, training alone", "30.0", "2.50x"])
        self.assertEqual(rows[-1][1], "1000")

    def test_the_whole_is_the_sum_of_all_epochs(self):
        estimated = results(tuple(comparison.WORKLOADS))["estimated_seconds"]
        self.assertAlmostEqual(estimated["side_by_side"], 170 * 0.6)
        self.assertAlmostEqual(estimated["tensors"], 170 * 2.4)
        self.assertNotIn("notebook", estimated)

    def test_the_eigenvalue_that_differs_most_counts(self):
        found = results()
        row = report.tables(found)[4][2][-1]
        self.assertEqual(row[1], "-")
        ours = {**BASELINES, "explained_variance": [100.0, 51.0, 10.0]}
        theirs = {"pca_seconds": 0.4, "read_seconds": 0.3}
        theirs["explained_variance"] = [100.0, 50.0, 10.01]
        comparison.add_baselines(found, ours, theirs)
        table = report.tables(found)[4][2]
        self.assertEqual(table[0][2:], ["0.400", "2.00x"])
        self.assertEqual(table[1][2:], ["0.300", "3.00x"])
        self.assertEqual(table[-1][1], "2.0e-02")

    def test_the_notes_say_what_was_measured(self):
        notes = " ".join(report.notes(results()).split())
        self.assertIn("median of 1 measurements", notes)
        self.assertIn("3 epochs of 6000 images, scaled to 60000", notes)

    def test_every_size_is_measured_once_and_is_in_its_table(self):
        sizes = scaling.sizes(16)
        # 6 numbers of images and 7 of hidden units share one size; alone and side by side. That is
        # one of 7 batches, on 1, 2 and 16 threads. 3 are on disk.
        self.assertEqual(len(sizes), 2 * 12 + 3 * 7 - 1 + 3)
        measured = {}
        for size in sizes:
            # Time proportional to work.
            seconds = size.images * scaling.dense(784, size.hidden, 784) / 1e9
            measured[size.name("epoch_seconds")] = [seconds]
            measured[size.name("peak_memory")] = [1e8]
        images, hidden, batch, on_disk = [table for *_, table in scaling.tables(measured, 16)]
        self.assertEqual([len(images), len(hidden), len(batch), len(on_disk)], [12, 14, 21, 3])
        self.assertEqual((hidden[0][:2], hidden[13][:2]), (["64", "1"], ["4096", "16"]))
        self.assertEqual([row[:2] for row in batch[::7]], [["64", "1"], ["64", "2"], ["64", "16"]])
        self.assertEqual([row[5] for row in hidden], ["-", *["1.0"] * 6] * 2)
        # Where the disk was too small, the row is missing.
        del measured[scaling.sizes(16)[-1].name("epoch_seconds")]
        self.assertEqual(len(scaling.tables(measured, 16)[3][2]), 2)
        self.assertEqual([len(scaling.sizes(jobs)) for jobs in (1, 2)], [21, 40])
