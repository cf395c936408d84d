"""The pages for browsers. They show what `adapters/http` answers, and ask nothing else."""
