"""The exam: questions as operators type them, and whether their answers are true."""
