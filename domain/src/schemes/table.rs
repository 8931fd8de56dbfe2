//! The schemes themselves. Where each figure comes from stands beside it; what was not found is left out rather than
//! guessed. A rule that changes is a new version with the day it begins, never an edit of the old one.

use super::{Field, NO_SCHEME, Question, Rounding, Scheme, Target, Unit, Version};

const HOURS: u32 = 60;

/// What the others are made from: hours and minutes, rounded down to a quarter, nothing asked for.
pub(super) const NOTHING: Version = Version {
    code: "1",
    from: None,
    unit: Unit::Hour,
    rounding: Rounding::Down(15),
    day_cap: None,
    years: 1,
    begins: (1, 1),
    target: Target::NONE,
    fields: &[],
    questions: SHORT,
    is_exact: false,
    activity: "",
    discussion: false,
    peer_group: false,
    about: "",
};

/// The short form of a reflection that appraisers of any profession know.
const SHORT: &[Question] = &[
    Question {
        code: "happened",
        words: "What happened?",
    },
    Question {
        code: "important",
        words: "What is important about it?",
    },
    Question {
        code: "next",
        words: "What will you do next?",
    },
];

/// All schemes, in the order they are offered.
pub const SCHEMES: &[Scheme] = &[
    NMC,
    RCPSYCH,
    FEDERATION,
    HCPC,
    SOCIAL_WORK_ENGLAND,
    GPHC,
    DSL,
    Scheme {
        code: NO_SCHEME,
        name: "No scheme",
        regulator: "Your own record",
        versions: &[Version {
            about: "Hours and minutes by calendar year, and three questions to reflect by. Nothing is asked for.",
            ..NOTHING
        }],
    },
];

/// Revalidation: 35 hours in three years, 20 of them participatory, five reflective accounts; the log's fields and the four
/// questions of the mandatory form, word for word. nmc.org.uk/revalidation/requirements: cpd, written-reflective-accounts.
/// A new Code and process are announced for October 2027 (nmc.org.uk, 22 December 2025): a version to come.
const NMC: Scheme = Scheme {
    code: "nmc",
    name: "NMC",
    regulator: "Nursing and Midwifery Council",
    versions: &[Version {
        years: 3,
        target: Target {
            minutes: 35 * HOURS,
            participatory: 20 * HOURS,
            accounts: 5,
            ..Target::NONE
        },
        fields: &[Field {
            code: "code",
            label: "Link to the Code",
            hint: "The theme of the Code it is most about.",
            choices: &[
                "Prioritise people",
                "Practise effectively",
                "Preserve safety",
                "Promote professionalism and trust",
            ],
        }],
        questions: &[
            Question {
                code: "nature",
                words: "What was the nature of the CPD activity and/or practice-related feedback and/or event or experience in your practice?",
            },
            Question {
                code: "learned",
                words: "What did you learn from the CPD activity and/or feedback and/or event or experience in your practice?",
            },
            Question {
                code: "changed",
                words: "How did you change or improve your practice as a result?",
            },
            Question {
                code: "relevant",
                words: "How is this relevant to the Code?",
            },
        ],
        is_exact: true,
        about: "35 hours in three years, 20 of them participatory, and five reflective accounts. Your period ends with your registration, so give the day it began.",
        ..NOTHING
    }],
};

/// Until 2025 fifty hours a year; from the new platform of 27 January 2026 thirty clinical hours and two reflections.
/// rcpsych.ac.uk/members/submitting-your-cpd (and its update of November 2025). A credit is an hour of learning shown by a
/// reflective note, and the member's own peer group decides; an organiser never does. The guidance before 2026 counted six
/// hours of a day at the most (second-hand source).
const RCPSYCH: Scheme = Scheme {
    code: "rcpsych",
    name: "RCPsych",
    regulator: "Royal College of Psychiatrists",
    versions: &[
        Version {
            unit: Unit::Credit,
            day_cap: Some(6 * HOURS),
            target: Target {
                minutes: 50 * HOURS,
                ..Target::NONE
            },
            ..PSYCHIATRY
        },
        Version {
            code: "2026",
            from: Some((2026, 1, 27)),
            target: Target {
                clinical: 30 * HOURS,
                accounts: 2,
                ..Target::NONE
            },
            ..PSYCHIATRY
        },
    ],
};

const PSYCHIATRY: Version = Version {
    questions: &[
        Question {
            code: "learnt",
            words: "What did you learn?",
        },
        Question {
            code: "impact",
            words: "What is the impact on your patients and services?",
        },
        Question {
            code: "needs",
            words: "What further learning do you need?",
        },
    ],
    peer_group: true,
    about: "30 clinical hours a year and two reflections, agreed by your peer group. Only your peer group approves: say here where that stands.",
    ..NOTHING
};

/// A credit an hour, whole credits only, half an hour or more counts as one, eight a day at the most
/// (thefederation.uk/cpd-approval-faqs, federationcpd.org/cpd-approval); fifty a year, 250 in five (Academy of Medical
/// Royal Colleges, 2016).
const FEDERATION: Scheme = Scheme {
    code: "federation",
    name: "Federation",
    regulator: "Federation of the Royal Colleges of Physicians",
    versions: &[Version {
        unit: Unit::Credit,
        rounding: Rounding::HalfUp,
        day_cap: Some(8 * HOURS),
        years: 5,
        target: Target {
            minutes: 250 * HOURS,
            ..Target::NONE
        },
        fields: &[Field {
            code: "approval",
            label: "Approval code",
            hint: "If the Federation approved the event before it was held. Leave it blank if not.",
            choices: &[],
        }],
        about: "250 credits in five years, about 50 a year. Whole credits only, half an hour or more counts as one, and eight a day at the most.",
        ..NOTHING
    }],
};

/// Five standards: a dated record, a mixture of activities, better practice, benefit to whoever uses the service, a profile
/// on request (HCPC standards for CPD). Audited at the renewal every two years. No hours.
const HCPC: Scheme = Scheme {
    code: "hcpc",
    name: "HCPC",
    regulator: "Health and Care Professions Council",
    versions: &[Version {
        unit: Unit::Activity,
        activity: "activity, formal education",
        years: 2,
        fields: &[Field {
            code: "activity",
            label: "Type of activity",
            hint: "HCPC looks for a mixture.",
            choices: &[
                "Work-based learning",
                "Professional activity",
                "Formal education",
                "Self-directed learning",
                "Other",
            ],
        }],
        questions: &[
            Question {
                code: "learnt",
                words: "What did you learn?",
            },
            Question {
                code: "quality",
                words: "How did it contribute to the quality of your practice and service delivery?",
            },
            Question {
                code: "benefit",
                words: "How does it benefit the people who use your service?",
            },
        ],
        about: "No hours are asked for. Keep a dated record of a mixture of activities, and be ready to say how each served your practice and the people who use your service.",
        ..NOTHING
    }],
};

/// Two pieces a year at the least, one with peer reflection, by 30 November. A discussion at a conference counts as peer
/// reflection. researchinpractice.org.uk, November 2023 and September 2024.
const SOCIAL_WORK_ENGLAND: Scheme = Scheme {
    code: "swe",
    name: "Social Work England",
    regulator: "Social Work England",
    versions: &[Version {
        unit: Unit::Activity,
        activity: "piece of CPD",
        discussion: true,
        begins: (12, 1),
        target: Target {
            entries: 2,
            ..Target::NONE
        },
        fields: &[Field {
            code: "peer",
            label: "Was there peer reflection?",
            hint: "One piece a year must have it. A breakout room or a discussion at a conference counts.",
            choices: &["Yes", "No"],
        }],
        questions: &[
            Question {
                code: "learnt",
                words: "What did you learn?",
            },
            Question {
                code: "impact",
                words: "What was the positive impact on your practice and on people?",
            },
            Question {
                code: "peer",
                words: "What did you learn from discussing it with a peer?",
            },
        ],
        about: "Two pieces of CPD at the least between 1 December and 30 November, one of them with peer reflection.",
        ..NOTHING
    }],
};

/// Four records a year, two planned at the least, a peer discussion and a reflective account. chemistanddruggist.co.uk
/// CD005143; independentpharmacist.co.uk, August 2018.
const GPHC: Scheme = Scheme {
    code: "gphc",
    name: "GPhC",
    regulator: "General Pharmaceutical Council",
    versions: &[Version {
        unit: Unit::Activity,
        activity: "record",
        target: Target {
            entries: 4,
            accounts: 1,
            ..Target::NONE
        },
        fields: &[Field {
            code: "planned",
            label: "Kind of record",
            hint: "Two a year must be planned: you knew beforehand what you wanted to learn.",
            choices: &["Planned", "Unplanned", "Peer discussion"],
        }],
        questions: &[
            Question {
                code: "what",
                words: "What did you want to learn, or what did you learn?",
            },
            Question {
                code: "why",
                words: "Why is it relevant, and who benefits?",
            },
            Question {
                code: "how",
                words: "How did you learn it?",
            },
            Question {
                code: "example",
                words: "Give an example of how it benefited the people using your services.",
            },
        ],
        about: "Four records a year, two of them planned, a peer discussion and a reflective account.",
        ..NOTHING
    }],
};

/// No regulator. Keeping children safe in education asks for training every two years and a refresher every year; meeting
/// other leads counts as one (safeguarding.thekeysupport.com/training-requirements-designated-staff).
const DSL: Scheme = Scheme {
    code: "dsl",
    name: "Safeguarding lead",
    regulator: "Schools and colleges: designated safeguarding leads",
    versions: &[Version {
        years: 2,
        begins: (9, 1),
        fields: &[Field {
            code: "themes",
            label: "Safeguarding themes",
            hint: "For your school’s training log.",
            choices: &[],
        }],
        about: "Training every two years and a refresher every year. Meeting other safeguarding leads counts as a refresher.",
        ..NOTHING
    }],
};
