"""The reads of one run, a module for each view: who only draws a timeline loads no trace."""
