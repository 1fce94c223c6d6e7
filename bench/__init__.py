"""The benchmarks: ratios taken side by side in one run, so that they mean the same on any machine."""
