//! What happens to every request, outermost first: pages kept as they were drawn, security headers and the page's
//! scripts, limits of size, cross-site posts refused, and who is asking.

pub mod asking;
mod headers;
mod kept;
mod origin;
mod refused;

pub use asking::{AskingState, asking};
pub use headers::headers;
pub use kept::{Kept, kept};
pub use origin::same_site;
pub use refused::{refused_form, whole_form};
