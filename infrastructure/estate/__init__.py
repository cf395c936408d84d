"""The estate's tables in the database, and the reading and writing of them."""

from infrastructure.estate.reading import SqlEstate
from infrastructure.estate.writing import SqlEstateWriter

__all__ = ["SqlEstate", "SqlEstateWriter"]
