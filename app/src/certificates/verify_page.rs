//! Checking a certificate: a file that somebody handed over, or the address printed on it. Without an account.

use super::checked::{self, Checked};
use crate::{
    forms, ssr,
    ui::{
        Field, Page,
        icons::{Cross, Tick},
        page,
    },
};
use domain::platform::limits;
use leptos::prelude::*;

#[component]
pub fn VerifyPage() -> impl IntoView {
    let load = async {
        let (services, asking) = (ssr::services(), ssr::asking());
        let (kept, mut checked) = forms::kept::<Checked>().await?;
        if let Some(typed) = asking.query_value("address").filter(|typed| !typed.trim().is_empty()) {
            limits::count(
                &services.db,
                services.clock.now(),
                services.limits.certificate_address,
                "certificate-address",
                &asking.address,
            )
            .await?;
            match checked::by_address(&services, &typed).await? {
                Some(verdict) => checked = Checked::of(&verdict, &services.site),
                None => checked = Checked::unknown_address(&typed.chars().take(300).collect::<String>()),
            }
        }
        Ok((kept, checked))
    };
    page(load, |(kept, checked)| {
        let file_wrong = kept.problems.of("file").map(str::to_owned);
        let class = if file_wrong.is_some() { "field field--wrong" } else { "field" };
        let invalid = file_wrong.is_some().then_some("true");
        let by = if file_wrong.is_some() {
            "f-file-hint f-file-wrong"
        } else {
            "f-file-hint"
        };
        let title = match checked.heading.as_str() {
            "" => "Check a certificate".to_owned(),
            heading => format!("{heading} – Check a certificate"),
        };
        let body = view! {
            <div class="page__head">
                <h1>"Check a certificate"</h1>
                <p class="lede">"Hand in the file, or type the address printed on it. You need no account, and the file is not kept."</p>
            </div>
            {answer(&checked)}
            <div class="two">
                <div>
                    // A file needs its own kind of posting, so this is not `Form`.
                    <form method="post" action="/verify/check" enctype="multipart/form-data" novalidate>
                        <div class=class>
                            <label for="f-file">"Certificate file"</label>
                            <span class="hint" id="f-file-hint">"The PDF just as it was downloaded, or the signed file (.jwt or .json). Up to 5 MB."</span>
                            {file_wrong.map(|words| view! { <span class="wrong" id="f-file-wrong"><span class="hidden">"Error: "</span>{words}</span> })}
                            // A file is dropped on the field itself, which is as large as the box: no script is needed.
                            <div class="drop">
                                <input class="input" id="f-file" name="file" type="file" accept=".pdf,.jwt,.json,application/pdf,application/json" aria-describedby=by aria-invalid=invalid/>
                                <span class="drop__words" aria-hidden="true">"Drop the file here, or choose it"</span>
                            </div>
                        </div>
                        <p class="meta">"or"</p>
                        <Field kept=kept name="address" label="Certificate address" value=checked.address hint="It is printed beside the code, or scan the code with a phone." autocomplete="off"/>
                        <p><button class="btn">"Check"</button></p>
                    </form>
                </div>
                <aside class="slip stack" aria-labelledby="means">
                    <h2 id="means">"What a check tells you"</h2>
                    <p>"Who signed the certificate, that not one letter of it was changed since, and whether it was revoked."</p>
                    <p>"It does not tell you who is holding it. Compare the name with something official."</p>
                    <p>"A certificate of another site is not recognised here. Its file says where to ask; nothing is fetched from there."</p>
                    <p>"A photograph or a scan of a certificate cannot be checked as a file: use the address on it."</p>
                    <p class="meta">"To check with no connection, keep the file with the "<a href="/.well-known/did.json">"keys of this site"</a>"."</p>
                </aside>
            </div>
        };
        Page::new(title, body).unlisted()
    })
}

fn answer(checked: &Checked) -> Option<AnyView> {
    let (class, good) = match checked.heading.as_str() {
        "" => return None,
        "Valid" => ("verdict", true),
        "Not recognised" => ("verdict verdict--warn", false),
        _ => ("verdict verdict--no", false),
    };
    let mark = if good {
        view! { <Tick/> }.into_any()
    } else {
        view! { <Cross/> }.into_any()
    };
    let own = checked
        .id
        .as_ref()
        .map(|id| view! { " "<a href=format!("/certificates/{}", ssr::encode(id))>"See the certificate"</a>"." });
    let rows = checked
        .fields
        .iter()
        .cloned()
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
        .collect_view();
    let fields = (!checked.fields.is_empty()).then(|| view! { <section class="sec checkfields" aria-labelledby="every"><h2 id="every">"Everything that was signed"</h2><dl class="fields">{rows}</dl></section> });
    let open = (!checked.not_proven.is_empty()).then(|| {
        let items = checked
            .not_proven
            .iter()
            .cloned()
            .map(|item| view! { <li>{item}</li> })
            .collect_view();
        view! { <section class="sec" aria-labelledby="open"><h2 id="open">"What this does not prove"</h2><ul>{items}</ul></section> }
    });
    let (heading, words) = (checked.heading.clone(), checked.words.trim().to_owned());
    Some(
        view! {
            <div class=class role="status" tabindex="-1" autofocus>{mark}<h2>{heading}</h2><p>{words}{own}</p></div>
            {open}
            {fields}
        }
        .into_any(),
    )
}
