//! Sizes of machines: what a provider's name for one says of its processors, its accelerators and
//! its price. The families stand in `data/machines.csv`.

use std::sync::LazyLock;

use crate::id::Provider;

/// From so many virtual processors on a machine is large.
const LARGE_VCPUS_MIN: u32 = 32;
/// The largest machine that is sold has 1,920; a call may ask for anything.
const VCPUS_MAX: u32 = 2048;

/// What the name of a size says.
#[derive(Clone, Debug, PartialEq)]
pub struct Size {
    /// Whose machine.
    pub provider: Provider,
    /// The family by which the provider groups its machines: `p4d`, `nc`, `a2`.
    pub family: String,
    /// Virtual processors; 1 where the name does not tell.
    pub vcpus: u32,
    /// Whether it carries GPUs or other accelerators.
    pub accelerator: bool,
    /// US dollars an hour, on demand: an estimate from the family.
    pub dollars_per_hour: f64,
}

impl Size {
    /// Whether it is one of those that hijackers ask for: many processors, or an accelerator.
    #[must_use]
    pub const fn is_large(&self) -> bool {
        self.accelerator || self.vcpus >= LARGE_VCPUS_MIN
    }
}

struct Family {
    provider: Provider,
    name: String,
    accelerator: bool,
    dollars_per_vcpu_hour: f64,
}

/// Reads the name of a size as a provider writes it: `p4d.24xlarge`, `Standard_NC24ads_A100_v4`,
/// `D4s v3`, `a2-highgpu-8g`, `custom-8-16384`. `None` when it has no known shape or family.
#[must_use]
pub fn size(name: &str) -> Option<Size> {
    let name = name.trim().to_ascii_lowercase();
    let name = name.rsplit('/').next().unwrap_or(&name);
    // SageMaker writes `ml.p3.2xlarge`, ElastiCache and databases `cache.r5.large`, `db.r5.large`.
    let bare = ["ml.", "db.", "cache."].iter().find_map(|prefix| name.strip_prefix(prefix));
    aws(bare.unwrap_or(name)).or_else(|| gcp(name)).or_else(|| azure(name))
}

fn aws(name: &str) -> Option<Size> {
    let (family, size) = name.split_once('.')?;
    let vcpus = match size {
        "nano" | "micro" | "small" | "medium" => 1,
        "large" => 2,
        "xlarge" => 4,
        _ if size.starts_with("metal") => 96,
        _ => size.strip_suffix("xlarge")?.parse::<u32>().ok()?.saturating_mul(4),
    };
    of(Provider::Aws, family, vcpus)
}

fn gcp(name: &str) -> Option<Size> {
    let parts: Vec<&str> = name.split('-').collect();
    let (family, rest) = parts.split_first()?;
    if *family == "custom" {
        return of(Provider::Gcp, "n1", rest.first()?.parse().ok()?);
    }
    let (kind, rest) = rest.split_first()?;
    let count = rest.first().copied().unwrap_or_default();
    let vcpus = match count.strip_suffix('g') {
        Some(gpus) => gpus.parse::<u32>().ok()?.saturating_mul(12),
        None if matches!(*kind, "micro" | "small" | "medium") => 1,
        None => count.strip_suffix('t').unwrap_or(count).parse().ok()?,
    };
    of(Provider::Gcp, family, vcpus)
}

/// `Standard_E8-4s_v5` has 4 of its 8 processors; `NC24ads A100 v4` is the same without prefix.
fn azure(name: &str) -> Option<Size> {
    let name =
        ["standard_", "basic_"].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    let digits = name.find(|letter: char| letter.is_ascii_digit())?;
    let (family, rest) = name.split_at_checked(digits)?;
    let is_word = |text: &str| text.chars().all(|letter| letter.is_ascii_lowercase());
    let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    let (count, features) = rest.split_at_checked(end)?;
    let constrained = features.strip_prefix('-').map(|rest| {
        let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    });
    let vcpus = constrained.unwrap_or(count).parse().ok()?;
    let chip = features.chars().next().filter(|letter| matches!(letter, 'a' | 'p'));
    let with_chip = format!("{family}{}", chip.map(String::from).unwrap_or_default());
    let is_family = !family.is_empty() && family.len() <= 3 && is_word(family);
    is_family.then(|| of(Provider::Azure, &with_chip, vcpus))?
}

/// The longest family that fits; `None` for machines larger than there are.
fn of(provider: Provider, name: &str, vcpus: u32) -> Option<Size> {
    if vcpus > VCPUS_MAX {
        return None;
    }
    let fits = |family: &&Family| family.provider == provider && name.starts_with(&family.name);
    let family = FAMILIES.iter().filter(fits).max_by_key(|family| family.name.len())?;
    Some(Size {
        provider,
        family: name.to_string(),
        vcpus,
        accelerator: family.accelerator,
        dollars_per_hour: f64::from(vcpus) * family.dollars_per_vcpu_hour,
    })
}

static FAMILIES: LazyLock<Vec<Family>> = LazyLock::new(|| {
    let lines = include_str!("../data/machines.csv").lines();
    lines.filter(|line| !line.starts_with('#')).skip(1).filter_map(family).collect()
});

fn family(line: &str) -> Option<Family> {
    let mut fields = line.split(',');
    Some(Family {
        provider: Provider::from_id(fields.next()?)?,
        name: fields.next()?.to_string(),
        accelerator: fields.next()? == "yes",
        dollars_per_vcpu_hour: fields.next()?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sells_has_no_price() {
        for name in [
            "p3.2000000000xlarge",
            "p3.1073741825xlarge",
            "Standard_D4000000000_v5",
            "n1-standard-4000000000",
            "a2-highgpu-4000000000g",
            "custom-4000000000-1",
        ] {
            assert_eq!(size(name), None, "{name}");
        }
        assert_eq!(size("u-24tb1.metal").or(size("m5.metal")).map(|size| size.vcpus), Some(96));
    }

    #[test]
    fn every_line_of_the_data_is_a_family() {
        let lines = include_str!("../data/machines.csv").lines();
        let lines: Vec<&str> = lines.filter(|line| !line.starts_with('#')).skip(1).collect();
        assert!(lines.iter().all(|line| family(line).is_some()));
        assert!(lines.windows(2).all(|pair| pair[0] < pair[1]), "sorted, and each once");
    }

    #[test]
    fn names_of_all_clouds_are_read() {
        for (name, family, vcpus, accelerator) in [
            ("p4d.24xlarge", "p4d", 96, true),
            ("ml.g5.xlarge", "g5", 4, true),
            ("c5a.24xlarge", "c5a", 96, false),
            ("t3.micro", "t3", 1, false),
            ("Standard_NC24ads_A100_v4", "nca", 24, true),
            ("Standard_D4s_v3", "d", 4, false),
            ("D4s v3", "d", 4, false),
            ("Standard_HB120rs_v3", "hb", 120, false),
            ("Standard_E8-4s_v5", "e", 4, false),
            ("a2-highgpu-8g", "a2", 96, true),
            ("n2d-standard-224", "n2d", 224, false),
            ("zones/us-central1-a/machineTypes/e2-micro", "e2", 1, false),
            ("n2-custom-8-16384", "n2", 8, false),
            ("custom-8-16384", "n1", 8, false),
        ] {
            let size = size(name).unwrap_or_else(|| panic!("{name} is a size"));
            assert_eq!(
                (&*size.family, size.vcpus, size.accelerator),
                (family, vcpus, accelerator),
                "{name}"
            );
        }
    }

    #[test]
    fn other_words_are_no_sizes() {
        for name in
            ["", ".", "-", "P10 LRS Disk", "hot-lrs", "2024", "Standard_", "x.y", "10.0.0.4"]
        {
            assert_eq!(size(name), None, "{name}");
        }
    }

    #[test]
    fn a_price_is_of_the_right_order() {
        let of = |name: &str| size(name).map_or(0.0, |size| size.dollars_per_hour);
        assert!((of("c5.24xlarge") - 4.08).abs() < 0.2);
        assert!((of("p4d.24xlarge") - 21.96).abs() < 1.0);
    }
}
