"""Whether the engine of today decides as recorded, and on which results an answer depends."""
