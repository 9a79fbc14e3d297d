"""The use cases: the one place that joins a rule to a transaction.

``queries``, ``counts``, ``overdue``, ``weekly``, ``trend``, ``mine`` and ``score`` read; ``actions``,
``measures``, ``milestones`` and ``report_files`` change; ``load`` brings a plan in.
"""
