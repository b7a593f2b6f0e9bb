//! Part of Landform.
