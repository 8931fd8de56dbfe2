//! Adding people, and letting them in.

use domain::{Error, Services, access::Actor, organisations, people::address::EmailAddress, people::name::person_name};
use std::process::ExitCode;

pub async fn add(services: &Services, email: &str, name: &str, organisation: &str, role: &str) -> anyhow::Result<ExitCode> {
    let role = role.parse().map_err(|cause: String| anyhow::anyhow!(cause))?;
    let email = EmailAddress::parse(email)?;
    let name = person_name(name)?;
    let fine = (3..=80).contains(&organisation.len())
        && organisation
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    anyhow::ensure!(
        fine,
        "The organisation is a slug of 3 to 80 small letters, digits and hyphens, like example-training."
    );
    organisations::service::add_to_team(services, &Actor::System, organisation, email.key(), &name, role).await?;
    eprintln!("{} is {} of {organisation}.", email.as_str(), role.word());
    Ok(ExitCode::SUCCESS)
}

pub async fn sign_in_link(services: &Services, email: &str) -> anyhow::Result<ExitCode> {
    match domain::people::service::mint_link(services, email).await {
        Ok(url) => {
            println!("{url}");
            Ok(ExitCode::SUCCESS)
        }
        Err(Error::NotFound) => {
            eprintln!("Nobody here has the address {email}.");
            Ok(ExitCode::FAILURE)
        }
        Err(cause) => Err(cause.into()),
    }
}
