"""A plan's own text (Word, plain text, Markdown, HTML) -> headings, promises, a draft of the plan."""
