//! The commands. Exit codes: 0 done, 1 refused or failed, 2 usage, 3 cannot start; `verify` has its own.

mod backup;
mod certificates;
mod doctor;
mod exchange;
mod keys;
mod serve;
mod team;

/// What `plenary demo` does, for whoever starts the program otherwise.
pub use exchange::demo as load_demo;

use crate::{config::Config, start};
use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::Services;
use std::{path::PathBuf, process::ExitCode, sync::Arc};

/// Conferences, CPD evidence and professional networks.
#[derive(Debug, Parser)]
#[command(name = "plenary", version, about)]
pub struct Cli {
    /// The configuration file; otherwise ./plenary.toml, otherwise plenary.toml in the data folder.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the site, and do the work that follows from it.
    Serve {
        /// Load the demo first, if it is not there.
        #[arg(long)]
        demo: bool,
        /// Leave jobs and mail to other processes.
        #[arg(long)]
        no_worker: bool,
    },
    /// Do jobs and send mail, without serving.
    Worker,
    /// Bring the database up to this release.
    Migrate,
    /// Load the demo. Sends nothing.
    Demo,
    /// Say what is wrong with this installation, in words.
    Doctor {
        #[arg(long)]
        json: bool,
        /// Send one mail to this address.
        #[arg(long, value_name = "E")]
        send_test_mail: Option<String>,
    },
    /// The people who run events.
    Organiser {
        #[command(subcommand)]
        what: Organiser,
    },
    /// Print a link that signs somebody in.
    SignInLink {
        #[arg(long)]
        email: String,
    },
    /// Read an event or a network from a file. Never mails without --send.
    Import {
        file: Option<PathBuf>,
        /// Change what is there already, matched by code; delete nothing.
        #[arg(long)]
        update: bool,
        /// Send the invites and changes that follow from it.
        #[arg(long)]
        send: bool,
        /// Only say what would be wrong.
        #[arg(long)]
        dry_run: bool,
        /// Print the JSON Schema of the file instead.
        #[arg(long)]
        schema: bool,
        #[arg(long)]
        json: bool,
    },
    /// Write an event or a network as a file that import reads.
    Export { kind: Kind, slug: String },
    /// The CPD minutes of everybody at an event, with the working.
    Hours {
        #[arg(long)]
        event: String,
        #[arg(long)]
        json: bool,
    },
    /// Attendance as it was recorded.
    Attendance {
        #[command(subcommand)]
        what: Attendance,
    },
    /// Issue and revoke certificates.
    Certificates {
        #[command(subcommand)]
        what: Certificates,
    },
    /// Check a certificate file without any connection. Exit 0 valid, 1 altered, 4 revoked, 5 unknown key.
    Verify {
        file: PathBuf,
        /// The signer's did.json, or a file with several in a list. May be given more than once.
        #[arg(long)]
        keys: Vec<PathBuf>,
        /// The signed status list, to see whether it was revoked.
        #[arg(long)]
        status: Option<PathBuf>,
        #[arg(long)]
        json: bool,
    },
    /// The keys certificates are signed with, each organisation's own.
    Keys {
        #[command(subcommand)]
        what: Keys,
    },
    /// Mail that waits.
    Messages {
        #[command(subcommand)]
        what: Messages,
    },
    /// Write everything into one file.
    Backup {
        file: PathBuf,
        /// The signing keys too: keep that file as safe as the keys.
        #[arg(long)]
        with_keys: bool,
    },
    /// Bring back what backup wrote, into a folder not in use.
    Restore { file: PathBuf },
    /// List every address of the site.
    Routes {
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
enum Attendance {
    /// Show that no record was changed since, or name the first that was. Exit 0 whole, 1 not.
    Prove {
        #[arg(long)]
        event: String,
        #[arg(long)]
        json: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    Event,
    Network,
}

#[derive(Debug, Subcommand)]
enum Organiser {
    /// Add somebody to an organisation's team; makes the organisation if it is new.
    Add(AddOrganiser),
}

#[derive(Debug, Args)]
struct AddOrganiser {
    #[arg(long)]
    email: String,
    #[arg(long)]
    name: String,
    /// The organisation's slug.
    #[arg(long)]
    organisation: String,
    /// owner, organiser, steward or viewer.
    #[arg(long)]
    role: String,
}

#[derive(Debug, Subcommand)]
enum Certificates {
    /// Issue a certificate to everybody who qualifies and has none.
    Issue {
        #[arg(long)]
        event: String,
        #[arg(long)]
        json: bool,
    },
    /// Revoke one.
    Revoke {
        id: String,
        #[arg(long)]
        reason: String,
    },
}

#[derive(Debug, Subcommand)]
enum Keys {
    /// List them, with how many certificates each signed.
    List {
        /// Only this organisation's, by its slug.
        #[arg(long, value_name = "SLUG")]
        organisation: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// Sign with a new key from now on. What older keys signed stays good.
    Rotate {
        /// Whose, by slug; otherwise the first organisation's.
        #[arg(long, value_name = "SLUG")]
        organisation: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// Somebody else may have a key: believe nothing it signed any more, and sign its certificates anew.
    Compromised {
        /// The key's name, as k2026-1.
        key: String,
        /// Whose, by slug; otherwise the first organisation's.
        #[arg(long, value_name = "SLUG")]
        organisation: Option<String>,
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
enum Messages {
    /// Send what is due, in the foreground.
    Run {
        /// Stop when nothing is due any more.
        #[arg(long)]
        until_idle: bool,
    },
}

/// Runs one command to its exit code.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    if let Command::Verify { file, keys, status, json } = &cli.command {
        return certificates::verify(file, keys, status.as_deref(), *json);
    }
    if let Command::Routes { json } = &cli.command {
        return routes(*json);
    }
    if matches!(&cli.command, Command::Import { schema: true, .. }) {
        exchange::print_schema();
        return ExitCode::SUCCESS;
    }
    let config = match Config::read(cli.config.as_deref()) {
        Ok(config) => config,
        Err(cause) => {
            return match &cli.command {
                Command::Doctor { json, .. } => doctor::cannot_read(&cause, *json),
                _ => cannot_start(&cause),
            };
        }
    };
    log(&config.log);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(cause) => return cannot_start(&cause.into()),
    };
    runtime.block_on(go(cli.command, config))
}

async fn go(command: Command, config: Config) -> ExitCode {
    match command {
        Command::Restore { file } => return exit(backup::restore(&config, &file).await),
        Command::Doctor { json, send_test_mail } => return doctor::doctor(&config, json, send_test_mail.as_deref()).await,
        Command::Serve { demo, no_worker } => {
            return match serve::serve(&config, demo, no_worker).await {
                Ok(()) => ExitCode::SUCCESS,
                Err(cause) => cannot_start(&cause),
            };
        }
        _ => {}
    }
    let services = match start::services(&config).await {
        Ok(services) => services,
        Err(cause) => return cannot_start(&cause),
    };
    exit(with_services(command, services).await)
}

async fn with_services(command: Command, services: Arc<Services>) -> anyhow::Result<ExitCode> {
    match command {
        Command::Worker => {
            eprintln!("Working. Stop with Ctrl-C.");
            domain::work::forever(services, serve::stopped()).await;
            Ok(ExitCode::SUCCESS)
        }
        Command::Migrate => {
            eprintln!("The database is up to date.");
            Ok(ExitCode::SUCCESS)
        }
        Command::Demo => exchange::demo(&services).await,
        Command::Organiser { what: Organiser::Add(add) } => team::add(&services, &add.email, &add.name, &add.organisation, &add.role).await,
        Command::SignInLink { email } => team::sign_in_link(&services, &email).await,
        Command::Import {
            file: Some(file),
            update,
            send,
            dry_run,
            json,
            ..
        } => exchange::import(&services, &file, update, send, dry_run, json).await,
        Command::Import { file: None, .. } => {
            eprintln!("Name the file to import, or ask for --schema.");
            Ok(ExitCode::from(2))
        }
        Command::Export { kind, slug } => exchange::export(&services, kind == Kind::Network, &slug).await,
        Command::Attendance {
            what: Attendance::Prove { event, json },
        } => certificates::prove(&services, &event, json).await,
        Command::Hours { event, json } => certificates::hours(&services, &event, json).await,
        Command::Certificates {
            what: Certificates::Issue { event, json },
        } => certificates::issue(&services, &event, json).await,
        Command::Certificates {
            what: Certificates::Revoke { id, reason },
        } => certificates::revoke(&services, &id, &reason).await,
        Command::Keys {
            what: Keys::List { organisation, json },
        } => keys::list(&services, organisation.as_deref(), json).await,
        Command::Keys {
            what: Keys::Rotate { organisation, json },
        } => keys::rotate(&services, organisation.as_deref(), json).await,
        Command::Keys {
            what: Keys::Compromised { key, organisation, json },
        } => keys::compromised(&services, &key, organisation.as_deref(), json).await,
        Command::Messages {
            what: Messages::Run { until_idle },
        } => {
            if until_idle {
                let (jobs, messages) = domain::work::until_idle(&services).await?;
                eprintln!("{jobs} jobs and {messages} messages were done. Nothing is due now.");
            } else {
                domain::work::forever(services.clone(), serve::stopped()).await;
            }
            services.mailer.close().await;
            Ok(ExitCode::SUCCESS)
        }
        Command::Backup { file, with_keys } => backup::backup(&services, &file, with_keys).await,
        Command::Serve { .. } | Command::Doctor { .. } | Command::Restore { .. } | Command::Verify { .. } | Command::Routes { .. } => {
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn exit(outcome: anyhow::Result<ExitCode>) -> ExitCode {
    outcome.unwrap_or_else(|cause| {
        eprintln!("{cause:#}");
        ExitCode::FAILURE
    })
}

fn cannot_start(cause: &anyhow::Error) -> ExitCode {
    eprintln!("Cannot start: {cause:#}");
    ExitCode::from(3)
}

fn routes(json: bool) -> ExitCode {
    let routes = crate::router::list_routes();
    if json {
        let list: Vec<_> = routes
            .iter()
            .map(|(path, methods)| serde_json::json!({ "path": path, "methods": methods }))
            .collect();
        println!("{}", serde_json::Value::from(list));
    } else {
        for (path, methods) in routes {
            println!("{} {path}", methods.join(","));
        }
    }
    ExitCode::SUCCESS
}

/// Logs to stderr, as the filter says. No log line holds a name, an address or a token.
fn log(filter: &str) {
    let filter = tracing_subscriber::EnvFilter::try_new(filter).unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}
