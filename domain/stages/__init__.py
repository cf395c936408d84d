"""The five stages of a run and what carries a run through them."""
