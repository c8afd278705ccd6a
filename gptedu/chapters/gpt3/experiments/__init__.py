"""Chapter 3's experiments: examples in the prompt, induction heads, sizes, mixtures."""
