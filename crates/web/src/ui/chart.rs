//! Progress charts as SVG.
