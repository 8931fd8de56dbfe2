//! The grid editor: sessions dragged, stretched and added, by pointer or by keyboard, with hours and clashes as one goes.
//! Without scripts nothing of it is there, and the list of sessions with its forms does everything.

use super::editor_api::{arrange, take_back};
use domain::{
    agenda::{
        SessionKind,
        grid::{Grid, Lane, Place, STEP, Session, clock, snap},
    },
    certificates::hours::{Rule, hours_in_words},
};
use leptos::{ev, html, prelude::*, task::spawn_local};
use std::time::Duration;

/// Rem a minute of the day takes on the screen.
const REM: f64 = 0.085;
/// How long after the last key what was moved is kept.
const PAUSE: Duration = Duration::from_millis(600);

/// A session somebody has in hand, and where it is held.
#[derive(Clone, Debug, PartialEq)]
struct Held {
    code: String,
    at: Place,
}

/// Where a new session is to be.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Drawn {
    at: Place,
}

/// Everything the parts of the editor share.
#[derive(Clone, Copy)]
struct Editor {
    slug: StoredValue<String>,
    grid: RwSignal<Grid>,
    rule: RwSignal<Rule>,
    held: RwSignal<Option<Held>>,
    drawn: RwSignal<Option<Drawn>>,
    /// What was done or went wrong last; read aloud.
    said: RwSignal<String>,
    /// Something is on its way to the server.
    busy: RwSignal<bool>,
    /// Kept as soon as what is on its way has arrived.
    next: RwSignal<Option<Held>>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Editor {
    /// The grid with what is in hand.
    fn shown(self) -> Grid {
        let grid = self.grid.get();
        match self.held.get() {
            Some(held) => grid.with(&held.code, held.at),
            None => grid,
        }
    }

    fn stop_timer(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }

    /// Keeps what is in hand.
    fn keep(self) {
        self.stop_timer();
        let Some(held) = self.held.get_untracked() else { return };
        let is_moved = self
            .grid
            .read_untracked()
            .find(&held.code)
            .is_some_and(|session| session.at != held.at);
        if !is_moved {
            self.held.set(None);
            return;
        }
        if self.busy.get_untracked() {
            self.next.set(Some(held));
            return;
        }
        self.busy.set(true);
        let grid = self.grid.get_untracked();
        let Some(session) = grid.find(&held.code).cloned() else { return };
        let text = |minutes: i32| minutes.to_string();
        let day = grid.days.get(held.at.day).map(|day| day.date.clone()).unwrap_or_default();
        let room = grid.rooms.get(held.at.room).cloned();
        let words = format!(
            "{} is now {}{}.",
            session.title,
            held.at.words(),
            room.as_ref()
                .filter(|room| !room.code.is_empty())
                .map(|room| format!(", {}", room.name))
                .unwrap_or_default()
        );
        let call = arrange(
            self.slug.get_value(),
            held.code.clone(),
            String::new(),
            String::new(),
            day,
            text(held.at.from),
            text(held.at.until),
            room.map(|room| room.code).unwrap_or_default(),
            session.seen,
        );
        spawn_local(async move { self.answered(Box::pin(call).await, Some(held), words) });
    }

    /// Shows what the server made of a change.
    fn answered(self, answer: Result<(Grid, Rule), crate::error::AppError>, kept: Option<Held>, words: String) {
        self.busy.set(false);
        match answer {
            Ok((grid, rule)) => {
                // What was moved again meanwhile stays in hand.
                if self.held.get_untracked() == kept {
                    self.held.set(None);
                }
                self.grid.set(grid);
                self.rule.set(rule);
                self.drawn.set(None);
                self.said.set(words);
            }
            Err(wrong) => {
                self.held.set(None);
                self.next.set(None);
                self.said.set(format!("Not changed. {wrong}"));
            }
        }
        if let Some(next) = self.next.try_update(Option::take).flatten() {
            self.held.set(Some(next));
            self.keep();
        }
    }

    fn undo(self) {
        let Some((step, words)) = self.grid.read_untracked().undo.clone() else {
            return;
        };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let call = take_back(self.slug.get_value(), step.to_string());
        spawn_local(async move { self.answered(Box::pin(call).await, None, format!("Undone: {words}.")) });
    }

    /// Moves or stretches by keyboard; kept when no further key follows.
    fn nudge(self, code: &str, change: impl FnOnce(Place, &Grid) -> Place) {
        let grid = self.grid.get_untracked();
        let held = self.held.get_untracked().filter(|held| held.code == code);
        let Some(at) = held.map(|held| held.at).or_else(|| grid.find(code).map(|session| session.at)) else {
            return;
        };
        let at = change(at, &grid);
        self.held.set(Some(Held { code: code.to_owned(), at }));
        let room = grid.rooms.get(at.room).map(|room| room.name.clone()).unwrap_or_default();
        self.said.set(format!("{}, {room}", at.words()));
        self.stop_timer();
        if let Ok(timer) = set_timeout_with_handle(move || self.keep(), PAUSE) {
            self.timer.set_value(Some(timer));
        }
    }

    fn add(self, title: String, kind: String) {
        let Some(Drawn { at }) = self.drawn.get_untracked() else { return };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let grid = self.grid.get_untracked();
        let call = arrange(
            self.slug.get_value(),
            String::new(),
            title.clone(),
            kind,
            grid.days.get(at.day).map(|day| day.date.clone()).unwrap_or_default(),
            at.from.to_string(),
            at.until.to_string(),
            grid.rooms.get(at.room).map(|room| room.code.clone()).unwrap_or_default(),
            String::new(),
        );
        spawn_local(async move { self.answered(Box::pin(call).await, None, format!("Added {title}, {}.", at.words())) });
    }
}

/// The editor for the agenda of the event at `slug`; `desk` is the address of its agenda desk.
#[island]
pub fn GridEditor(slug: String, desk: String, grid: Grid, rule: Rule) -> impl IntoView {
    let days = grid.days.len();
    let editor = Editor {
        slug: StoredValue::new(slug),
        grid: RwSignal::new(grid),
        rule: RwSignal::new(rule),
        held: RwSignal::new(None),
        drawn: RwSignal::new(None),
        said: RwSignal::new(String::new()),
        busy: RwSignal::new(false),
        next: RwSignal::new(None),
        timer: StoredValue::new(None),
    };
    // Drawn in the browser alone: the page's policy takes no styles from the HTML, and without scripts nothing here works.
    let is_awake = RwSignal::new(false);
    Effect::new(move |_| is_awake.set(true));
    let body = move || {
        if !is_awake.get() {
            let list = desk.clone();
            return view! { <p class="flash"><strong>"The grid needs scripts."</strong>" Everything it does can be done in "<a href=list>"the list of sessions"</a>"."</p> }.into_any();
        }
        let all = (0..days)
            .map(|day| view! { <DayGrid editor=editor day=day desk=desk.clone()/> })
            .collect_view();
        let on_keys = move |key: ev::KeyboardEvent| {
            if (key.ctrl_key() || key.meta_key()) && key.key() == "z" {
                key.prevent_default();
                editor.undo();
            }
        };
        view! { <div class="stack-l" on:keydown=on_keys><Totals editor=editor/>{all}</div> }.into_any()
    };
    view! { <div class="gridedit">{body}</div> }
}

/// Hours, clashes, what was done last and the way to undo it.
#[component]
fn Totals(editor: Editor) -> impl IntoView {
    let shown = Memo::new(move |_| editor.shown());
    let offered = Memo::new(move |_| shown.read().offered(&editor.rule.read()));
    let total = move || {
        let offered = offered.get();
        let part = if offered.participatory_minutes == 0 {
            "none of it participatory".to_owned()
        } else {
            format!("{} participatory at most", hours_in_words(offered.participatory_minutes))
        };
        (hours_in_words(offered.minutes), format!(" of CPD offered, {part}"))
    };
    let worries = Memo::new(move |_| {
        let shown = shown.read();
        let mut all = shown.broken_promises(offered.get().minutes);
        all.extend(shown.clashes());
        all
    });
    let undo = move || {
        let words = editor.grid.read().undo.as_ref().map(|(_, words)| words.clone());
        words.map(|words| view! { <button type="button" class="btn btn--line btn--small" disabled=move || editor.busy.get() on:click=move |_| editor.undo()>"Undo: "{words}</button> })
    };
    view! {
        <div class="gridedit__bar">
            <p class="gridedit__total"><b>{move || total().0}</b>{move || total().1}</p>
            <p class="row">{undo}</p>
            <p role="status" class="gridedit__said">{move || editor.said.get()}</p>
            <ul class="gridedit__worries">{move || worries.get().into_iter().map(|words| view! { <li>{words}</li> }).collect_view()}</ul>
        </div>
    }
}

/// What a pointer has hold of.
#[derive(Clone, Debug, PartialEq)]
enum Grip {
    Move { code: String, at: Place, x: f64, y: f64 },
    Stretch { code: String, at: Place, y: f64 },
    Draw { from: i32, room: usize },
}

/// Pixels of a rem, as the reader has set it.
fn rem() -> f64 {
    let root = document().document_element();
    let style = root.and_then(|root| window().get_computed_style(&root).ok().flatten());
    let size = style.and_then(|style| style.get_property_value("font-size").ok());
    size.and_then(|size| size.trim_end_matches("px").parse().ok()).unwrap_or(16.0)
}

fn f(number: i32) -> f64 {
    f64::from(number)
}

fn column(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(0))
}

/// One day: rooms across, time down.
#[component]
fn DayGrid(editor: Editor, day: usize, desk: String) -> impl IntoView {
    let first = editor.grid.read_untracked();
    let Some(this) = first.days.get(day).cloned() else {
        return ().into_any();
    };
    drop(first);
    let span = Memo::new(move |_| {
        let grid = editor.grid.read();
        let of_day = grid.sessions.iter().filter(|session| session.at.day == day);
        let from = of_day.clone().map(|session| session.at.from).min();
        let until = of_day.map(|session| session.at.until).max();
        let edges = grid.days.get(day).map_or((540, 1_020), |day| (day.from, day.until));
        // A day of an event of several lasts as long as its sessions, with room to add some.
        let from = if edges.0 == 0 {
            from.map_or(480, |from| (from - 60).max(0))
        } else {
            edges.0.min(from.unwrap_or(edges.0))
        };
        let until = if edges.1 == 1_440 {
            until.map_or(1_080, |until| until + 60)
        } else {
            edges.1.max(until.unwrap_or(edges.1))
        };
        (from.div_euclid(30) * 30, until)
    });
    let rooms = Memo::new(move |_| editor.grid.read().rooms.iter().map(|room| room.name.clone()).collect::<Vec<_>>());
    let columns = move || column(rooms.read().len()).max(1.0);
    let lanes = Memo::new(move |_| {
        let shown = editor.shown();
        let lanes = shown.lanes();
        shown
            .sessions
            .iter()
            .map(|session| session.code.clone())
            .zip(lanes)
            .collect::<std::collections::HashMap<String, Lane>>()
    });
    let codes = move || {
        let grid = editor.grid.read();
        grid.sessions
            .iter()
            .filter(|session| session.at.day == day)
            .map(|session| session.code.clone())
            .collect::<Vec<_>>()
    };
    let area = NodeRef::<html::Div>::new();
    let grip: StoredValue<Option<Grip>> = StoredValue::new(None);
    // Where a pointer is: minutes after midnight, and the column.
    let spot = move |x: f64, y: f64| {
        let place = area.get_untracked()?.get_bounding_client_rect();
        let minute = (y - place.top()) / (REM * rem()) + f(span.get_untracked().0);
        let columns = rooms.read_untracked().len().max(1);
        let at = ((x - place.left()) / place.width() * column(columns))
            .floor()
            .clamp(0.0, column(columns - 1));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to the columns there are"
        )]
        let room = at as usize;
        Some((minute, room))
    };
    let on_move = move |pointer: ev::PointerEvent| {
        let Some(gripped) = grip.get_value() else { return };
        pointer.prevent_default();
        let Some((minute, room)) = spot(f(pointer.client_x()), f(pointer.client_y())) else {
            return;
        };
        let grid = editor.grid.get_untracked();
        match gripped {
            Grip::Move { code, at, x, y } => {
                let Some((begun, from_room)) = spot(x, y) else { return };
                let columns = i32::try_from(room).unwrap_or(0) - i32::try_from(from_room).unwrap_or(0);
                let moved = snap(f(at.from) + minute - begun) - at.from;
                editor.held.set(Some(Held {
                    code,
                    at: at.moved(&grid, moved, columns),
                }));
            }
            Grip::Stretch { code, at, y } => {
                let Some((begun, _)) = spot(0.0, y) else { return };
                let by = snap(f(at.until) + minute - begun) - at.until;
                editor.held.set(Some(Held {
                    code,
                    at: at.stretched(&grid, by),
                }));
            }
            Grip::Draw { from, room } => {
                let until = snap(minute).max(from + STEP);
                editor.drawn.set(Some(Drawn {
                    at: Place { day, from, until, room }.stretched(&grid, 0),
                }));
            }
        }
    };
    let on_up = move |_: ev::PointerEvent| {
        if let Some(gripped) = grip.try_update_value(Option::take).flatten()
            && !matches!(gripped, Grip::Draw { .. })
        {
            editor.keep();
        }
    };
    let on_draw = move |pointer: ev::PointerEvent| {
        if pointer.button() != 0 || pointer.pointer_type() == "touch" {
            return;
        }
        let Some((minute, room)) = spot(f(pointer.client_x()), f(pointer.client_y())) else {
            return;
        };
        pointer.prevent_default();
        if let Some(area) = area.get_untracked() {
            area.set_pointer_capture(pointer.pointer_id()).ok();
        }
        let from = snap(minute - f(STEP) / 2.0);
        editor.drawn.set(Some(Drawn {
            at: Place {
                day,
                from,
                until: from + 30,
                room,
            },
        }));
        grip.set_value(Some(Grip::Draw { from, room }));
    };
    let hours = move || {
        let (from, until) = span.get();
        (from..until)
            .filter(|minute| minute.rem_euclid(60) == 0)
            .map(|minute| {
                let top = f(minute - from) * REM;
                view! { <span class="gridedit__hour" style:top=format!("{top}rem")>{clock(minute)}</span> }
            })
            .collect_view()
    };
    let height = move || {
        let (from, until) = span.get();
        format!("{}rem", f(until - from) * REM)
    };
    let heads = move || {
        let width = format!("{}%", 100.0 / columns());
        rooms
            .get()
            .into_iter()
            .map(|name| view! { <span class="gridedit__room" style:width=width.clone()>{name}</span> })
            .collect_view()
    };
    let drawn = move || {
        let Drawn { at } = editor.drawn.get().filter(|drawn| drawn.at.day == day)?;
        Some(
            view! { <NewSession editor=editor at=at top=f(at.from - span.get().0) * REM left={column(at.room) / columns() * 100.0} width={100.0 / columns()}/> },
        )
    };
    let lines = move || format!("calc(100% / {}) {}rem", columns(), 60.0 * REM);
    let shift = move || format!("0 {}rem", f((60 - span.get().0.rem_euclid(60)).rem_euclid(60)) * REM);
    let (heading, named) = (format!("gridedit-{day}"), format!("gridedit-{day}"));
    let min_width = move || format!("{}rem", columns() * 8.5 + 4.0);
    view! {
        <section class="stack" aria-labelledby=named>
            <h2 id=heading>{this.words}</h2>
            <div class="gridedit__scroll" role="region" tabindex="0" aria-label="Time by room">
                <div class="gridedit__page" style:min-width=min_width>
                    <div class="gridedit__rooms">{heads}</div>
                    <div class="gridedit__body" style:height=height>
                        <div class="gridedit__hours" aria-hidden="true">{hours}</div>
                        <div class="gridedit__area" node_ref=area style:background-size=lines style:background-position=shift
                            on:pointerdown=on_draw on:pointermove=on_move on:pointerup=on_up on:pointercancel=on_up>
                            <For each=codes key=Clone::clone let:code>
                                <Slot editor=editor code=code lanes=lanes span=span rooms=rooms grip=grip desk=desk.clone()/>
                            </For>
                            {drawn}
                        </div>
                    </div>
                </div>
            </div>
        </section>
    }
    .into_any()
}

/// A session on the grid.
#[component]
fn Slot(
    editor: Editor,
    code: String,
    lanes: Memo<std::collections::HashMap<String, Lane>>,
    span: Memo<(i32, i32)>,
    rooms: Memo<Vec<String>>,
    grip: StoredValue<Option<Grip>>,
    desk: String,
) -> impl IntoView {
    let code = StoredValue::new(code);
    let session = Memo::new(move |_| editor.grid.read().find(&code.read_value()).cloned());
    let lane = Memo::new(move |_| lanes.read().get(&*code.read_value()).copied());
    let at = move || lane.get().map(|lane| lane.at);
    let top = move || at().map(|at| format!("{}rem", f(at.from - span.get().0) * REM));
    let height = move || at().map(|at| format!("{}rem", f(at.minutes()) * REM));
    let width = move || {
        lane.get()
            .map(|lane| format!("{}%", 100.0 / column(rooms.read().len()).max(1.0) / column(lane.of).max(1.0)))
    };
    let left = move || {
        lane.get().map(|lane| {
            let part = column(lane.at.room) + column(lane.lane) / column(lane.of).max(1.0);
            format!("{}%", part / column(rooms.read().len()).max(1.0) * 100.0)
        })
    };
    let class = move || {
        let held = editor.held.read().as_ref().is_some_and(|held| held.code == *code.read_value());
        let counts = session
            .read()
            .as_ref()
            .is_some_and(|session: &Session| session.cpd && session.kind.may_count());
        format!(
            "gridedit__slot{}{}",
            if counts { " gridedit__slot--cpd" } else { "" },
            if held { " gridedit__slot--held" } else { "" }
        )
    };
    let name = move || {
        let Some((session, at)) = session.get().zip(at()) else {
            return String::new();
        };
        let room = rooms.read().get(at.room).cloned().unwrap_or_default();
        format!("{}, {}, {room}", session.title, at.words())
    };
    let take = move |pointer: &ev::PointerEvent| {
        pointer.prevent_default();
        pointer.stop_propagation();
        editor.stop_timer();
        if let Some(target) = pointer.current_target() {
            use leptos::wasm_bindgen::JsCast;
            if let Some(target) = target.dyn_ref::<web_sys::HtmlElement>() {
                target.focus().ok();
            }
        }
        let held = editor.held.get_untracked().filter(|held| held.code == *code.read_value());
        held.map(|held| held.at)
            .or_else(|| session.get_untracked().map(|session| session.at))
    };
    let on_down = move |pointer: ev::PointerEvent| {
        if pointer.button() != 0 {
            return;
        }
        if let Some(at) = take(&pointer) {
            let (x, y) = (f(pointer.client_x()), f(pointer.client_y()));
            grip.set_value(Some(Grip::Move {
                code: code.get_value(),
                at,
                x,
                y,
            }));
        }
    };
    let on_stretch = move |pointer: ev::PointerEvent| {
        if pointer.button() != 0 {
            return;
        }
        if let Some(at) = take(&pointer) {
            grip.set_value(Some(Grip::Stretch {
                code: code.get_value(),
                at,
                y: f(pointer.client_y()),
            }));
        }
    };
    let form = format!("{desk}/session?edit={}", code.read_value());
    let open = form.clone();
    let on_key = move |key: ev::KeyboardEvent| {
        let of = code.get_value();
        let far = if key.alt_key() { 60 } else { STEP };
        match (key.key().as_str(), key.shift_key()) {
            ("ArrowUp", false) => editor.nudge(&of, |at, grid| at.moved(grid, -far, 0)),
            ("ArrowDown", false) => editor.nudge(&of, |at, grid| at.moved(grid, far, 0)),
            ("ArrowLeft", false) => editor.nudge(&of, |at, grid| at.moved(grid, 0, -1)),
            ("ArrowRight", false) => editor.nudge(&of, |at, grid| at.moved(grid, 0, 1)),
            ("ArrowUp", true) => editor.nudge(&of, |at, grid| at.stretched(grid, -far)),
            ("ArrowDown", true) => editor.nudge(&of, |at, grid| at.stretched(grid, far)),
            ("Escape", _) => {
                editor.stop_timer();
                editor.held.set(None);
                editor.said.set("As it was.".to_owned());
            }
            ("Enter" | " ", _) => {
                window().location().set_href(&open).ok();
            }
            _ => return,
        }
        key.prevent_default();
    };
    view! {
        <div role="button" tabindex="0" class=class aria-label=name aria-describedby="gridedit-keys"
            style:top=top style:left=left style:width=width style:height=height
            on:pointerdown=on_down on:keydown=on_key on:blur=move |_| editor.keep()>
            <b>{move || session.read().as_ref().map(|session| session.title.clone())}</b>
            <span class="gridedit__when">{move || at().map(Place::words)}</span>
            <span class="gridedit__who">{move || session.read().as_ref().map(|session| session.speakers.join(", "))}</span>
            <span class="gridedit__edge" aria-hidden="true" on:pointerdown=on_stretch></span>
        </div>
    }
}

/// The small form for a session just drawn.
#[component]
fn NewSession(editor: Editor, at: Place, top: f64, left: f64, width: f64) -> impl IntoView {
    let title = NodeRef::<html::Input>::new();
    let kind = NodeRef::<html::Select>::new();
    Effect::new(move |_| {
        if let Some(title) = title.get() {
            title.focus().ok();
        }
    });
    let kinds = SessionKind::ALL
        .iter()
        .map(|kind| view! { <option value=kind.word()>{kind.label()}</option> })
        .collect_view();
    let add = move || {
        let title = title.get_untracked().map(|title| title.value()).unwrap_or_default();
        let kind = kind.get_untracked().map(|kind| kind.value()).unwrap_or_default();
        if title.trim().is_empty() {
            editor.said.set("Enter a title".to_owned());
        } else {
            editor.add(title, kind);
        }
    };
    let on_key = move |key: ev::KeyboardEvent| {
        key.stop_propagation();
        match key.key().as_str() {
            "Escape" => editor.drawn.set(None),
            "Enter" => add(),
            _ => return,
        }
        key.prevent_default();
    };
    view! {
        <div class="gridedit__new" style:top=format!("{top}rem") style:left=format!("{left}%") style:min-width=format!("max(13rem, {width}%)")
            style:min-height=format!("{}rem", f(at.minutes()) * REM)
            on:pointerdown=|pointer| pointer.stop_propagation() on:keydown=on_key>
            <p class="meta">{at.words()}</p>
            <label>"Title"<input class="input" node_ref=title maxlength="200"/></label>
            <label>"Kind"<select class="input" node_ref=kind>{kinds}</select></label>
            <p class="row">
                <button type="button" class="btn btn--small" disabled=move || editor.busy.get() on:click=move |_| add()>"Add"</button>
                <button type="button" class="btn btn--line btn--small" on:click=move |_| editor.drawn.set(None)>"Cancel"</button>
            </p>
        </div>
    }
}
