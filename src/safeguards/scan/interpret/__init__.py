"""Abstract interpretation: what an expression would be, as far as the text tells."""
