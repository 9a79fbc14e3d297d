"""Tables of tasks in Excel, Word and CSV files -> a plan."""
