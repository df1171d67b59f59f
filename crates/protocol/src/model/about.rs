//! What a protocol says about itself: whom it is for, what is known about it, how it is delivered.

use serde::{Deserialize, Serialize};

use crate::words::words;

words! {
    /// Whether a file describes Interpersonal Psychotherapy or a neighbour that is easily taken for it.
    Family {
        /// Interpersonal Psychotherapy in one of its forms.
        Ipt = "ipt",
        /// A related model of its own that is not IPT (for example DIT or MIT).
        Related = "related",
    }
}

words! {
    /// What a treatment is offered for.
    Indication {
        /// A depressive episode.
        Depression = "depression",
        /// Depression that has come back several times; the aim is to stay well.
        RecurrentDepression = "recurrent_depression",
        /// Some symptoms, no episode; the aim is to prevent one.
        SubthresholdDepression = "subthreshold_depression",
        /// Depression that has lasted for two years or longer (dysthymia).
        PersistentDepression = "persistent_depression",
        /// Depression in pregnancy or in the year after a birth.
        PerinatalDepression = "perinatal_depression",
        /// Bipolar disorder, always together with medication.
        Bipolar = "bipolar",
        /// Bulimia nervosa.
        Bulimia = "bulimia",
        /// Binge-eating disorder.
        BingeEating = "binge_eating",
        /// Post-traumatic stress disorder.
        Ptsd = "ptsd",
        /// Social anxiety disorder.
        SocialAnxiety = "social_anxiety",
        /// Other anxiety.
        Anxiety = "anxiety",
        /// Dependence on alcohol or drugs.
        SubstanceUse = "substance_use",
        /// Borderline personality disorder.
        Borderline = "borderline",
        /// Avoidant or inhibited personality.
        AvoidantPersonality = "avoidant_personality",
        /// Distress in primary care without a diagnosis.
        Distress = "distress",
    }
}

words! {
    /// How good the evidence for one use is.
    Grade {
        /// A meta-analysis, or two or more positive randomised trials.
        A = "A",
        /// One positive randomised trial, or mixed results.
        B = "B",
        /// Pilot or open studies.
        C = "C",
        /// Not superior, or negative.
        N = "N",
    }
}

words! {
    /// How sure the file is of one of its parts.
    Certainty {
        /// A publication says so.
        Published = "published",
        /// Usual practice, told in secondary sources.
        Convention = "convention",
        /// From general knowledge; to be looked up in the manual before relying on it.
        Verify = "verify",
        /// Our own choice where nothing is published.
        Ours = "ours",
    }
}

words! {
    /// Who sits in the room.
    Format {
        /// One client.
        Individual = "individual",
        /// One client together with a parent or another person who takes part as a client, too.
        Dyad = "dyad",
        /// Several clients.
        Group = "group",
    }
}

words! {
    /// How people meet.
    Mode {
        /// In the same room.
        InPerson = "in_person",
        /// By video.
        Video = "video",
        /// By telephone.
        Phone = "phone",
    }
}

words! {
    /// What another protocol is to this one.
    Kinship {
        /// Sessions afterwards, to stay well.
        Maintenance = "maintenance",
        /// More sessions for those who are better but not well.
        Continuation = "continuation",
        /// Something stronger.
        StepUp = "step_up",
        /// Something lighter.
        StepDown = "step_down",
        /// Something else for the same trouble.
        Alternative = "alternative",
    }
}

words! {
    /// What a criterion that speaks against a treatment asks for.
    Weight {
        /// Not this treatment.
        Exclude = "exclude",
        /// Something else first; look again afterwards.
        ReferFirst = "refer_first",
        /// This treatment, changed to fit.
        Adapt = "adapt",
    }
}

/// One use of the treatment, how well it is studied, and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// For what.
    pub indication: Indication,
    /// How well it is studied.
    pub grade: Grade,
    /// What was found, with its figures.
    pub says: String,
    /// The publications.
    pub sources: Vec<String>,
}

/// How sure the file is of one of its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confidence {
    /// Which part, by the name of its field, for example `phases`.
    pub about: String,
    /// How sure.
    pub certainty: Certainty,
    /// What is not sure, and where to look.
    pub says: String,
}

/// Whom the treatment is for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Eligibility {
    /// Youngest age in years.
    pub age_from: Option<u16>,
    /// Oldest age in years.
    pub age_to: Option<u16>,
    /// Bands of severity by a total.
    pub severity: Vec<Severity>,
    /// What has to be so.
    pub inclusions: Vec<Inclusion>,
    /// Who needs something else first.
    pub exclusions: Vec<Exclusion>,
}

/// A band of severity the treatment was studied in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Severity {
    /// The instrument.
    pub instrument: String,
    /// Lowest total.
    pub from: Option<u16>,
    /// Highest total.
    pub to: Option<u16>,
    /// What a total outside of it means.
    pub says: String,
    /// Where it comes from.
    pub source: String,
}

/// Something that has to be so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inclusion {
    /// Its id; the same id asks the same question in every protocol.
    pub id: String,
    /// What it is.
    pub criterion: String,
    /// Where it comes from.
    pub source: String,
}

/// A reason to offer something else first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    /// Its id; the same id asks the same question in every protocol.
    pub id: String,
    /// What it is.
    pub criterion: String,
    /// What it asks for.
    pub weight: Weight,
    /// What to offer instead or first.
    pub action: String,
    /// Where the criterion comes from.
    pub source: String,
}

/// How the treatment is delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Who sits in the room.
    pub format: Format,
    /// How people may meet; the usual one first.
    pub modes: Vec<Mode>,
    /// Fewest members of a group.
    pub members_min: Option<u16>,
    /// Most members of a group.
    pub members_max: Option<u16>,
    /// What the treatment asks of each who takes part.
    pub roles: Vec<Role>,
}

/// What the treatment asks of one who takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Who.
    pub who: super::Who,
    /// Whether it cannot be done without.
    pub required: bool,
    /// What is asked.
    pub asks: String,
}

/// Another protocol that goes with this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Its id.
    pub protocol: crate::ids::ProtocolId,
    /// What it is to this one.
    pub kinship: Kinship,
    /// When to think of it.
    pub says: String,
}
