"""The words of time: kinds, phrases, lexicon."""
