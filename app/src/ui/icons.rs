//! The few drawings: the mark, a tick, a cross, a clock. One stroke is fifteen minutes of CPD wherever time is drawn.

use leptos::prelude::*;

/// The mark: strokes fanned out, as seats around a floor.
#[component]
pub fn Mark() -> impl IntoView {
    view! { <Fan filled=9 total=9 width="13" inner=45.0 outer=95.0/> }
}

/// `total` strokes fanned out over a half circle, the first `filled` of them strong.
#[component]
pub fn Fan(
    filled: u32,
    total: u32,
    #[prop(default = "5")] width: &'static str,
    #[prop(default = 52.0)] inner: f64,
    #[prop(default = 96.0)] outer: f64,
    #[prop(optional, into)] label: Option<String>,
) -> impl IntoView {
    let total = total.clamp(1, 60);
    let lines = (0..total).map(|i| {
        let spread = 172.0_f64;
        let angle = if total == 1 {
            90.0
        } else {
            (180.0 - spread) / 2.0 + spread * f64::from(i) / f64::from(total - 1)
        }
        .to_radians();
        let at = |radius: f64| (100.0 - radius * angle.cos(), 100.0 - radius * angle.sin());
        let ((x1, y1), (x2, y2)) = (at(inner), at(outer));
        let class = if i < filled { "on" } else { "off" };
        view! { <line class=class x1=format!("{x1:.1}") y1=format!("{y1:.1}") x2=format!("{x2:.1}") y2=format!("{y2:.1}")/> }
    });
    let role = label.is_some().then_some("img");
    let hidden = label.is_none().then_some("true");
    view! { <svg class="fan" viewBox="0 0 200 104" role=role aria-label=label aria-hidden=hidden stroke-width=width>{lines.collect_view()}</svg> }
}

/// Strokes for minutes of CPD: one for each quarter hour begun, forty at the most.
#[component]
pub fn Ticks(minutes: u32) -> impl IntoView {
    let strokes = minutes.div_ceil(15).clamp(1, 40);
    view! { <span class=format!("ticks ticks--{strokes}") aria-hidden="true"></span> }
}

#[component]
pub fn Tick() -> impl IntoView {
    view! { <svg viewBox="0 0 96 96" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="10"><path d="M12 52 38 78 84 20"/></svg> }
}

#[component]
pub fn Cross() -> impl IntoView {
    view! { <svg viewBox="0 0 96 96" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="9"><path d="M18 18 78 78M78 18 18 78"/></svg> }
}

#[component]
pub fn Clock() -> impl IntoView {
    view! { <svg viewBox="0 0 96 96" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="9"><circle cx="48" cy="48" r="38"/><path d="M48 26v24l16 10"/></svg> }
}
