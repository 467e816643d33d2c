"""Vietnamese text: folding for comparison, syllables, dates."""
