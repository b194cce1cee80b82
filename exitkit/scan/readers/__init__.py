"""One file per kind of file that is read; each turns bytes into plain lists and names, and keeps no secret."""
