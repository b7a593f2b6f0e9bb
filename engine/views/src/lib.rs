//! What the program says: texts and JSON for people and programs.
