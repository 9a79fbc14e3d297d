"""The use cases: the one place that joins a rule to a transaction.

``look`` reads, ``report`` compiles lists, ``act`` changes, ``load`` brings a plan in.
"""
