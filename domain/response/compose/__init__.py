"""From the results of tool calls to an answer: sentences, blocks, next actions, confidence."""
