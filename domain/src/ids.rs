//! Ids are newtypes, so a person's id cannot land in an event's place.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "server", derive(sea_orm::DeriveValueType))]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

ids! {
    /// A mailbox.
    PersonId,
    OrganisationId,
    TeamMemberId,
    EventId,
    RoomId,
    TrackId,
    SpeakerId,
    SessionId,
    TicketId,
    /// One order.
    BookingId,
    /// One person at one event, by a booking.
    PlaceId,
    /// Whoever comes: a place or an invitee. Attendance, hours and certificates know only this.
    ParticipantId,
    AttendanceId,
    /// Something a delegate asked to be corrected.
    CorrectionId,
    CertificateId,
    MessageId,
    /// Messages sent together.
    BatchId,
    JobId,
    LinkId,
    NetworkId,
    MeetingId,
    /// One mailbox on one network's circulation list.
    MembershipId,
    /// One member and one meeting.
    InviteId,
    RowId,
    /// A mail that waits for somebody to decide.
    ItemId,
    /// Something in a portfolio.
    EntryId,
}
