"""Durable runs on several engines, each in a process of its own.

`python -m bench.contenders.NAME --database URL --at-once N --seconds S` prints one line of JSON, a
`Measured`. All but opstrail's need only the engine that they measure: see bench/peers.txt.
"""
