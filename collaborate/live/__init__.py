"""The live side of rooms: what happens is told to every web process, and by each to the streams open in it."""
