//! Writing real values into configuration.
