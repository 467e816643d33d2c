"""The words of time: tags, phrases, lexicon."""
