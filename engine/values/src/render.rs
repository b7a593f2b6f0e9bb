//! Values as people read them in the language: what `console` and `output` print.
