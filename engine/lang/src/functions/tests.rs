//! Functions from source to console, by a table of what `terraform console` prints.
