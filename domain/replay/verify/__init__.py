"""Does the engine of today decide as the record says, and on which results does it hang?"""
