//! A letter as plain text.

use super::plain::{lines, one_line};
use super::{Block, Letter, SUPPORT_TITLE};

/// Characters a line should stay within; a longer word or link keeps its line to itself.
const WIDTH: usize = 72;

pub(super) fn render(letter: &Letter) -> String {
    let mut parts = Vec::new();
    let sender = one_line(&letter.sender);
    if !sender.is_empty() {
        parts.push(sender);
    }
    parts.push(underlined(&letter.title, '='));
    parts.extend(letter.blocks.iter().map(block));
    if !letter.footer.is_empty() {
        // The signature mark mail programs know.
        parts.push("-- ".to_owned());
        parts.extend(letter.footer.iter().map(block));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n").replace("-- \n\n", "-- \n") + "\n"
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading(words) => underlined(words, '-'),
        Block::Para(words) | Block::Notice(words) => paragraphs(words, ""),
        Block::Facts(facts) => {
            let labels: Vec<String> = facts.iter().map(|(label, _)| format!("{}:", one_line(label))).collect();
            let column = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0) + 1;
            let rows = facts.iter().zip(labels).map(|((_, value), label)| {
                let indent = " ".repeat(column);
                let value = paragraphs(value, &indent);
                let pad = column - label.chars().count();
                format!("{label}{}{}", " ".repeat(pad), value.trim_start())
            });
            rows.map(|row| row.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
        }
        Block::Action { label, url } | Block::Link { label, url } => format!("{}:\n{}", one_line(label), one_line(url)),
        Block::List(points) => points.iter().map(|point| hung("- ", point)).collect::<Vec<_>>().join("\n"),
        Block::Code(code) => format!("    {}", one_line(code)),
        Block::Support(places) => {
            let rows = places.iter().map(|place| {
                let note = if place.note.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", place.note)
                };
                hung("- ", &format!("{}: {}{note}", place.name, place.contact))
            });
            format!("{}\n{}", underlined(SUPPORT_TITLE, '-'), rows.collect::<Vec<_>>().join("\n"))
        }
    }
}

fn underlined(words: &str, with: char) -> String {
    let words = wrapped(&one_line(words), "");
    let width = words.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    format!("{words}\n{}", with.to_string().repeat(width))
}

/// Each line wrapped, all of them after `indent`.
fn paragraphs(words: &str, indent: &str) -> String {
    lines(words)
        .lines()
        .map(|line| wrapped(line, indent))
        .collect::<Vec<_>>()
        .join("\n")
}

/// A point with its mark, later lines under the first word.
fn hung(mark: &str, words: &str) -> String {
    let body = wrapped(&one_line(words), &" ".repeat(mark.len()));
    format!("{mark}{}", body.trim_start())
}

fn wrapped(line: &str, indent: &str) -> String {
    let room = WIDTH.saturating_sub(indent.len()).max(20);
    let mut rows: Vec<String> = Vec::new();
    let mut used = 0;
    for word in line.split(' ') {
        let width = word.chars().count();
        match rows.last_mut() {
            Some(row) if used + 1 + width <= room => {
                row.push(' ');
                row.push_str(word);
                used += 1 + width;
            }
            _ => {
                rows.push(format!("{indent}{word}"));
                used = width;
            }
        }
    }
    rows.join("\n")
}
