//! What happens to every request, outermost first: security headers and the page's scripts, limits of size, cross-site
//! posts refused, and who is asking.

pub mod asking;
mod headers;
mod origin;
mod refused;

pub use asking::{AskingState, asking};
pub use headers::headers;
pub use origin::same_site;
pub use refused::{refused_form, whole_form};
