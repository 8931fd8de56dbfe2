//! The worker: takes jobs and messages that are due, one after another, until told to stop.

use crate::{
    Services, attendance, bookings, certificates,
    error::Result,
    feedback, messages, networks,
    platform::{
        drafts,
        jobs::{self, Job, Lease, Outcome, State},
        limits,
    },
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// Runs the job of `lease`, whatever its kind. Every kind of job is listed here.
pub async fn run(services: &Services, lease: &Lease) -> anyhow::Result<Outcome> {
    match lease.job.kind.as_str() {
        bookings::invites::ConfirmBooking::KIND => go::<bookings::invites::ConfirmBooking>(services, lease).await,
        bookings::invites::UpdatePlace::KIND => go::<bookings::invites::UpdatePlace>(services, lease).await,
        bookings::invites::UpdateCalendars::KIND => go::<bookings::invites::UpdateCalendars>(services, lease).await,
        bookings::invites::SendAgain::KIND => go::<bookings::invites::SendAgain>(services, lease).await,
        bookings::invites::ConfirmAgain::KIND => go::<bookings::invites::ConfirmAgain>(services, lease).await,
        bookings::sign_up::SettleSignUps::KIND => go::<bookings::sign_up::SettleSignUps>(services, lease).await,
        bookings::sign_up::TellChosen::KIND => go::<bookings::sign_up::TellChosen>(services, lease).await,
        networks::invites::SendInvites::KIND => go::<networks::invites::SendInvites>(services, lease).await,
        networks::invites::UpdateMember::KIND => go::<networks::invites::UpdateMember>(services, lease).await,
        feedback::remind::AskByRule::KIND => go::<feedback::remind::AskByRule>(services, lease).await,
        feedback::ask::AskFeedback::KIND => go::<feedback::ask::AskFeedback>(services, lease).await,
        certificates::issue::IssueCertificates::KIND => go::<certificates::issue::IssueCertificates>(services, lease).await,
        certificates::rekey::SignAnew::KIND => go::<certificates::rekey::SignAnew>(services, lease).await,
        unknown => anyhow::bail!("this release does not know the job {unknown}"),
    }
}

async fn go<J: Job>(services: &Services, lease: &Lease) -> anyhow::Result<Outcome> {
    let job: J = serde_json::from_str(&lease.job.payload)?;
    job.run(services, lease).await
}

/// Does everything that is due now, jobs before messages, until nothing is. Gives how many jobs and messages there were.
pub async fn until_idle(services: &Services) -> Result<(usize, usize)> {
    until_idle_or(services, &AtomicBool::new(false)).await
}

/// The same, but takes nothing more in hand once it is `stopping`.
async fn until_idle_or(services: &Services, stopping: &AtomicBool) -> Result<(usize, usize)> {
    let (mut jobs_done, mut sent) = (0, 0);
    loop {
        let mut busy = false;
        while !stopping.load(Ordering::Relaxed) {
            let Some(lease) = jobs::take(services, &owner(services)).await? else {
                break;
            };
            busy |= jobs::carry_out(services, &lease).await? != State::Ready;
            jobs_done += 1;
        }
        let left = messages::send::due(services, stopping).await?;
        sent += left;
        if stopping.load(Ordering::Relaxed) || (!busy && left == 0) {
            return Ok((jobs_done, sent));
        }
    }
}

/// Works until `stop` resolves. What is in hand is finished first, and nothing else is begun: a thousand messages that
/// wait do not hold up the end of the process.
pub async fn forever(services: Arc<Services>, stop: impl Future<Output = ()>) {
    let stopping = AtomicBool::new(false);
    let work = keep_working(&services, &stopping);
    // Beside the work: a mailbox that answers slowly holds nothing up. What is not taken in yet stays there.
    let reading = keep_reading(&services);
    tokio::pin!(work, reading, stop);
    tokio::select! {
        () = &mut work => {}
        () = &mut reading => {}
        () = &mut stop => {
            stopping.store(true, Ordering::Relaxed);
            services.wake();
            work.await;
        }
    }
}

async fn keep_working(services: &Services, stopping: &AtomicBool) {
    let mut idle_rounds = 0_u32;
    while !stopping.load(Ordering::Relaxed) {
        match until_idle_or(services, stopping).await {
            Ok(_) => {}
            Err(cause) => tracing::error!(cause = %cause, "the worker could not reach its work"),
        }
        // Lists catch up by themselves as they are read; this leaves them little to do.
        if let Err(cause) = attendance::roll::catch_up_all(&services.db).await {
            tracing::error!(cause = %cause, "the roll could not be brought up to date");
        }
        if idle_rounds.is_multiple_of(600)
            && let Err(cause) = sweep(services).await
        {
            tracing::warn!(cause = %cause, "what has run out could not be removed");
        }
        idle_rounds = idle_rounds.wrapping_add(1);
        tokio::select! {
            () = services.wake.notified() => {}
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    }
}

/// Looks into the mailbox whenever it is time. Never ends.
async fn keep_reading(services: &Services) {
    loop {
        if let Err(cause) = messages::inbox::poll::poll(services).await {
            tracing::error!(cause = %cause, "the mailbox could not be looked into");
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
}

/// Removes what has run out: drafts, limits, lines of online reports, and mails that were decided about. The worker does so every ten minutes or so.
pub async fn sweep(services: &Services) -> Result<()> {
    let now = services.clock.now();
    drafts::sweep(&services.db, now).await?;
    limits::sweep(services.db.writer(), now).await?;
    attendance::online::purge(&services.db, now).await?;
    messages::inbox::sweep(services).await?;
    Ok(())
}

/// A name no other worker has.
fn owner(services: &Services) -> String {
    format!("{}-{}", std::process::id(), services.random.public_id())
}
