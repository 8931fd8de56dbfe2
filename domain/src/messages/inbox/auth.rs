//! What our own mail server found out about who sent a mail (`Authentication-Results`, RFC 8601).

/// Whether the topmost of these headers that `authserv` wrote says that the mail is not from whom it says: `dmarc=fail`, or
/// where nothing is said of DMARC both SPF and DKIM failed. Anybody may write such a header further down.
#[must_use]
pub fn is_forged(results: &[String], authserv: &str) -> bool {
    let ours = results.iter().map(|header| plain(header)).find_map(|header| {
        let (id, rest) = header.split_once(';')?;
        let id = id.split_whitespace().next()?;
        id.eq_ignore_ascii_case(authserv).then(|| rest.to_owned())
    });
    let Some(ours) = ours else { return false };
    let found = |method: &str| -> Vec<String> {
        ours.split(';')
            .filter_map(|clause| clause.split_whitespace().next())
            .filter_map(|clause| clause.split_once('='))
            .filter(|(name, _)| name.split('/').next().is_some_and(|name| name.eq_ignore_ascii_case(method)))
            .map(|(_, result)| result.to_ascii_lowercase())
            .collect()
    };
    let (dmarc, spf, dkim) = (found("dmarc"), found("spf"), found("dkim"));
    if let Some(verdict) = dmarc.iter().find(|verdict| matches!(verdict.as_str(), "pass" | "fail")) {
        return verdict == "fail";
    }
    let all_failed = |results: &[String]| !results.is_empty() && results.iter().all(|result| result == "fail");
    all_failed(&spf) && all_failed(&dkim)
}

/// The header without comments in brackets and without quoted text, where a `;` means nothing.
fn plain(header: &str) -> String {
    let (mut out, mut depth, mut quoted) = (String::new(), 0_u32, false);
    let mut chars = header.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            c if depth == 0 && !quoted => out.push(c),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forged(results: &[&str]) -> bool {
        let results: Vec<String> = results.iter().map(|text| (*text).to_owned()).collect();
        is_forged(&results, "mx.example.org")
    }

    #[test]
    fn only_our_own_servers_topmost_word_counts() {
        assert!(forged(&["mx.example.org; spf=pass; dmarc=fail (p=reject) header.from=example.org"]));
        assert!(forged(&["MX.example.org 1; dmarc=fail"]));
        assert!(forged(&["other.example.org; dmarc=pass", "mx.example.org; dmarc=fail"]));
        assert!(!forged(&["mx.example.org; dmarc=pass", "mx.example.org; dmarc=fail"]));
        assert!(!forged(&["other.example.org; dmarc=fail"]));
        assert!(!forged(&["mx.example.org.evil.example; dmarc=fail"]));
        assert!(!forged(&[]));
    }

    #[test]
    fn without_dmarc_both_others_must_fail() {
        assert!(forged(&["mx.example.org; spf=fail smtp.mailfrom=x@example.org; dkim=fail"]));
        assert!(forged(&["mx.example.org; dmarc=none; spf=fail; dkim=fail; dkim=fail"]));
        assert!(!forged(&["mx.example.org; spf=fail; dkim=fail; dkim=pass"]));
        assert!(!forged(&["mx.example.org; spf=fail; dkim=none"]));
        assert!(!forged(&["mx.example.org; spf=softfail; dkim=fail"]));
        assert!(!forged(&["mx.example.org; spf=fail"]));
        assert!(!forged(&["mx.example.org; none"]));
    }

    #[test]
    fn what_stands_in_brackets_or_quotes_means_nothing() {
        assert!(!forged(&["mx.example.org; dmarc=pass (was; dmarc=fail)"]));
        assert!(!forged(&["mx.example.org; spf=pass reason=\"; dmarc=fail\""]));
        assert!(!forged(&["mx.example.org (; dmarc=fail"]));
    }
}
