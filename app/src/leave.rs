//! Shift, pressed three times, leaves the site at once (domain.md 6). Shift that is held to type a capital does not count.

use std::{cell::Cell, rc::Rc};
use wasm_bindgen::{JsCast, closure::Closure};

/// How long one press waits for the next, in milliseconds.
const WAIT: f64 = 1_500.0;

/// Listens for as long as the page is open.
pub fn listen() {
    let Some(window) = web_sys::window() else { return };
    let presses = Rc::new(Cell::new((0_u8, 0.0_f64)));
    let heard = {
        let window = window.clone();
        Closure::<dyn FnMut(web_sys::KeyboardEvent)>::new(move |event: web_sys::KeyboardEvent| {
            if event.key() != "Shift" || event.repeat() {
                presses.set((0, 0.0));
                return;
            }
            let (count, last) = presses.get();
            let now = event.time_stamp();
            let count = if now - last <= WAIT { count + 1 } else { 1 };
            presses.set((count, now));
            // A page that shows no way out has it turned off.
            let Some(page) = window
                .document()
                .filter(|page| page.query_selector("a.leave").ok().flatten().is_some())
            else {
                return;
            };
            let words = match count {
                1 => "Press Shift two more times to leave this site.",
                2 => "Press Shift once more to leave this site.",
                _ => {
                    let _ = window.location().replace("/leave");
                    "Leaving."
                }
            };
            if let Some(say) = page.get_element_by_id("leave-say") {
                say.set_text_content(Some(words));
            }
        })
    };
    let _ = window.add_event_listener_with_callback("keyup", heard.as_ref().unchecked_ref());
    heard.forget();
}
