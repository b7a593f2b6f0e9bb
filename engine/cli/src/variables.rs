//! Where values of input variables come from.
