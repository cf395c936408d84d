"""The estate's tables in the database, and the reading and writing of them."""

from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter

__all__ = ["SqlEstate", "SqlEstateWriter"]
