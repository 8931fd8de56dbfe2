//! A letter as HTML for mail programs.
//!
//! Mail programs know little CSS and some drop the style sheet, so the light colours are inline on every element and the
//! sheet only turns them dark. Tables that place things are `role="presentation"`; the one table of facts is a real one.

use super::plain::{lines, one_line};
use super::{Block, Letter, SUPPORT_TITLE};

const SANS: &str = "font-family:Commissioner,'Segoe UI','Noto Sans',system-ui,-apple-system,'Helvetica Neue',Arial,sans-serif";

/// Dark colours by class, and a sheet that meets the edges on a phone.
const SHEET: &str = "\
:root{color-scheme:light dark;supported-color-schemes:light dark}\
@media (prefers-color-scheme:dark){\
.paper{background:#171218!important}.sheet{background:#201923!important;border-color:#43364a!important}\
.ink{color:#f5ede4!important}.soft{color:#bfb0b8!important}.line{border-color:#43364a!important}\
.link{color:#e0b4e0!important}.go{background:#e0b4e0!important}.go a{color:#2b0f2d!important}\
.stroke{background:#e0b4e0!important}\
.wash{background:#35213a!important}.sun{background:#37270a!important;border-color:#ffbf3f!important}}\
@media (max-width:480px){.frame{padding:16px 8px!important}.inner{padding:24px 20px!important}.fact{display:block!important;\
width:auto!important;padding-right:0!important}th.fact{padding-bottom:0!important;border-bottom:0!important}\
td.fact{padding-top:2px!important}}";

pub(super) fn render(letter: &Letter) -> String {
    let (sender, title) = (escape(&one_line(&letter.sender)), escape(&one_line(&letter.title)));
    let blocks: String = letter.blocks.iter().map(|part| block(part, false)).collect();
    let footer: String = letter.footer.iter().map(|part| block(part, true)).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n\
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"supported-color-schemes\" content=\"light dark\">\n\
<meta name=\"format-detection\" content=\"date=no,address=no\">\n<title>{title}</title>\n<style>{SHEET}</style>\n</head>\n\
<body class=\"paper ink\" style=\"margin:0;padding:0;background:#fbf7f0;color:#241a24;{SANS}\">\n\
<table role=\"presentation\" class=\"paper\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"background:#fbf7f0\">\n\
<tr><td class=\"frame\" align=\"center\" style=\"padding:32px 16px\">\n\
<table role=\"presentation\" width=\"600\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"width:100%;max-width:600px;text-align:left\">\n\
<tr><td style=\"padding:0 4px 16px\">{}</td></tr>\n\
<tr><td class=\"sheet\" style=\"background:#fffdf9;border:1px solid #ddd2c6;border-radius:3px 3px 8px 8px;padding:0\">\
<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\">\
<tr><td class=\"stroke\" height=\"6\" style=\"height:6px;line-height:6px;font-size:0;background:#572059;border-radius:2px 2px 0 0\">&nbsp;</td></tr>\
<tr><td class=\"inner\" style=\"padding:32px 36px 28px\">\n\
<h1 class=\"ink\" style=\"margin:0 0 20px;font-size:28px;line-height:1.15;font-weight:600;letter-spacing:-0.01em;color:#241a24;{SANS}\">{title}</h1>\n\
{blocks}</td></tr></table></td></tr>\n\
{}</table>\n</td></tr>\n</table>\n</body>\n</html>\n",
        mark(&sender),
        if footer.is_empty() {
            String::new()
        } else {
            format!("<tr><td style=\"padding:20px 4px 0\">\n{footer}</td></tr>\n")
        },
    )
}

/// The organisation's name beside four strokes, the product's sign for an hour.
fn mark(sender: &str) -> String {
    let stroke = "<td width=\"3\" class=\"stroke\" style=\"width:3px;height:16px;background:#572059;font-size:0;line-height:16px\">&nbsp;</td>\
<td width=\"4\" style=\"width:4px;font-size:0\">&nbsp;</td>";
    format!(
        "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr>{}\
<td class=\"ink\" style=\"padding-left:8px;font-size:15px;line-height:20px;font-weight:600;color:#241a24;{SANS}\">{sender}</td></tr></table>",
        stroke.repeat(4)
    )
}

fn block(block: &Block, small: bool) -> String {
    let (class, color, size) = if small {
        ("soft", "#5c4f5a", "14px")
    } else {
        ("ink", "#241a24", "17px")
    };
    let text = format!("font-size:{size};line-height:1.55;color:{color};{SANS}");
    match block {
        Block::Heading(words) => format!(
            "<h2 class=\"ink\" style=\"margin:28px 0 8px;font-size:19px;line-height:1.3;font-weight:600;color:#241a24;{SANS}\">{}</h2>\n",
            escape(&one_line(words))
        ),
        Block::Para(words) => lines(words)
            .split("\n\n")
            .map(|part| format!("<p class=\"{class}\" style=\"margin:0 0 16px;{text}\">{}</p>\n", broken(part)))
            .collect(),
        Block::Notice(words) => format!(
            "<p class=\"ink sun\" style=\"margin:0 0 20px;padding:12px 16px;background:#fbeccb;border-left:4px solid #ffbf3f;{text}\">{}</p>\n",
            broken(&lines(words))
        ),
        Block::Facts(facts) => {
            let rows: String = facts
                .iter()
                .map(|(label, value)| {
                    let row = "padding:10px 0;vertical-align:top;border-bottom:1px solid #ddd2c6";
                    format!(
                        "<tr><th scope=\"row\" class=\"fact soft line\" style=\"{row};width:30%;padding-right:16px;text-align:left;font-weight:400;\
font-size:15px;line-height:1.55;color:#5c4f5a;{SANS}\">{}</th>\
<td class=\"fact ink line\" style=\"{row};font-weight:600;{text}\">{}</td></tr>\n",
                        escape(&one_line(label)),
                        broken(&lines(value))
                    )
                })
                .collect();
            format!(
                "<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" class=\"line\" \
style=\"width:100%;margin:4px 0 24px;border-top:1px solid #ddd2c6;border-collapse:collapse\">\n{rows}</table>\n"
            )
        }
        Block::Action { label, url } => match href(url) {
            Some(url) => format!(
                "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"margin:8px 0 24px\"><tr>\
<td class=\"go\" style=\"background:#572059;border-radius:24px\"><a href=\"{url}\" style=\"display:inline-block;padding:13px 26px;font-size:17px;\
line-height:22px;font-weight:600;color:#fffaf3;text-decoration:none;{SANS}\">{}</a></td></tr></table>\n",
                escape(&one_line(label))
            ),
            None => no_link(label, url, class, &text),
        },
        Block::Link { label, url } => match href(url) {
            Some(url) => format!(
                "<p class=\"{class}\" style=\"margin:0 0 16px;{text}\"><a class=\"link\" href=\"{url}\" style=\"color:#572059;\
text-decoration:underline;text-underline-offset:3px\">{}</a></p>\n",
                escape(&one_line(label))
            ),
            None => no_link(label, url, class, &text),
        },
        Block::List(points) => {
            let points: String = points
                .iter()
                .map(|point| format!("<li style=\"margin:0 0 6px\">{}</li>\n", escape(&one_line(point))))
                .collect();
            format!("<ul class=\"{class}\" style=\"margin:0 0 20px;padding-left:22px;{text}\">\n{points}</ul>\n")
        }
        Block::Code(code) => format!(
            "<p class=\"ink wash\" style=\"margin:4px 0 24px;padding:16px 20px;background:#f2e6ee;border-radius:3px;font-size:30px;line-height:1.2;\
font-weight:600;letter-spacing:0.12em;color:#241a24;font-family:Consolas,Menlo,'Liberation Mono',monospace\">{}</p>\n",
            escape(&one_line(code))
        ),
        Block::Support(places) => {
            let places: String = places
                .iter()
                .map(|place| {
                    let note = one_line(&place.note);
                    let note = if note.is_empty() { note } else { format!(" ({})", escape(&note)) };
                    format!(
                        "<li style=\"margin:0 0 6px\">{}: <strong>{}</strong>{note}</li>\n",
                        escape(&one_line(&place.name)),
                        escape(&one_line(&place.contact))
                    )
                })
                .collect();
            format!(
                "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"margin:28px 0 8px\">\
<tr><td class=\"wash\" style=\"padding:18px 20px 12px;background:#f2e6ee;border-radius:3px\">\n\
<h2 class=\"ink\" style=\"margin:0 0 8px;font-size:17px;line-height:1.3;font-weight:600;color:#241a24;{SANS}\">{SUPPORT_TITLE}</h2>\n\
<ul class=\"ink\" style=\"margin:0;padding-left:20px;font-size:15px;line-height:1.5;color:#241a24;{SANS}\">\n{places}</ul>\n</td></tr></table>\n"
            )
        }
    }
}

/// A link that goes nowhere, as words.
fn no_link(label: &str, url: &str, class: &str, text: &str) -> String {
    format!(
        "<p class=\"{class}\" style=\"margin:0 0 16px;{text}\">{}: {}</p>\n",
        escape(&one_line(label)),
        escape(&one_line(url))
    )
}

/// An address fit for `href`: web and mail only.
fn href(url: &str) -> Option<String> {
    let url = one_line(url);
    let scheme = url.split_once(':')?.0.to_ascii_lowercase();
    (matches!(scheme.as_str(), "https" | "http" | "mailto") && !url.contains(' ')).then(|| escape(&url))
}

fn broken(text: &str) -> String {
    escape(text).replace('\n', "<br>\n")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
