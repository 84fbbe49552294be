"""kg beside its peers, measured: ``python -m tests.benchmarks --help``.

Not a test: pytest collects nothing here. The peers come with ``pip install -e ".[bench]"``.
"""
