"""Plans: what a question asks for, as data that can be checked, patched, stored and run again."""
