"""Who is told of a verdict, and in which words: values and text, no network."""
