"""The examination of a database: does each guard of the record hold, and is all in order?"""
