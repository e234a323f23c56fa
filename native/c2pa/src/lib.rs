//! Nothing of our own: the `c2pa_*` functions of c2pa-c-ffi, re-exported so that this crate's
//! choice of features decides what is compiled in. See Cargo.toml.

pub use c2pa_c::*;
